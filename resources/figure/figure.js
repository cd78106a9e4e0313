"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const find = (id) => document.getElementById(id);
  const map = find("map"), card = find("hover"), query = find("query");
  const layers = [find("points"), find("marks")];
  const [ink, over] = layers.map((canvas) => canvas.getContext("2d"));
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const CLOSEST = 5000, FARTHEST = 0.4; // times the view that shows all
  const NEAR = 10; // pixels from a point that still mean it
  const SLOW = 28; // milliseconds between two frames above which fewer points are drawn in each
  const FEWEST = 2000, MOST = 50000; // points of a frame
  const LISTED = 50; // items found that are listed
  const NAMED = 400, CELL = [115, 34]; // items tried for a name, one in each cell of so many pixels
  const NAME = 32; // characters of an item on the map
  const RINGED = 150; // items found that are ringed; among more, the color tells enough

  // -- data ------------------------------------------------------------------------------------

  function bytesOf(text) {
    const raw = atob(text), bytes = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
    return bytes;
  }

  /** Numbers of 24 bits, little end first, spread over a range. */
  function coordsOf(text, low, span) {
    const bytes = bytesOf(text), values = new Float64Array(bytes.length / 3);
    for (let i = 0; i < values.length; i++) {
      const at = 3 * i;
      const step = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
      values[i] = low + (step / 0xffffff) * span;
    }
    return values;
  }

  function codesOf(text) {
    const bytes = bytesOf(text), codes = new Uint16Array(bytes.length / 2);
    for (let i = 0; i < codes.length; i++) codes[i] = bytes[2 * i] | (bytes[2 * i + 1] << 8);
    return codes;
  }

  const n = data.items.length;
  const [left, low, width, height] = data.bounds;
  const x = coordsOf(data.x, left, width), y = coordsOf(data.y, low, height);
  const colors = codesOf(data.colors);
  const columns = data.columns.map((column) => ({
    name: column.name,
    values: column.values,
    codes: column.codes === null ? null : codesOf(column.codes),
  }));
  const valueOf = (column, row) => column.values[column.codes ? column.codes[row] : row];

  /** All rows in a fixed random order: any first part of them is a fair sample. */
  function shuffled() {
    const order = new Uint32Array(n);
    let state = 12345;
    for (let i = 0; i < n; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const j = Math.floor((state / 4294967296) * (i + 1));
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
  const order = shuffled();

  // -- state -----------------------------------------------------------------------------------

  const isShown = new Array(data.palettes.light.length).fill(true); // by color
  let theme = document.documentElement.dataset.theme;
  let view = { x: 0, y: 0, scale: 1 }; // middle in data coords, pixels per unit
  let home = view;
  let size = { width: 1, height: 1, ratio: 1 };
  let hovered = -1, pinned = -1;
  let hits = [], hit = -1; // rows that the search found, and which of them is shown
  let isHit = null;
  let drawn = 0; // points drawn of this view
  let share = 20000, last = 0; // points of a frame, and when the last one was
  let sprites = [], stamped = ""; // a picture of a point in each color, and what they were made for
  let isFitted = true;

  const isDark = () =>
    theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  const palette = () => (isDark() ? data.palettes.dark : data.palettes.light);
  const paint = { ink: "", halo: "", muted: "", font: "" }; // of the theme

  function readPaint() {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["ink", "halo", "muted"]) paint[name] = style.getPropertyValue(`--${name}`).trim();
    paint.font = getComputedStyle(document.body).fontFamily;
  }

  // -- view ------------------------------------------------------------------------------------

  const toX = (value) => (value - view.x) * view.scale + size.width / 2;
  const toY = (value) => (view.y - value) * view.scale + size.height / 2;

  function legendRoom() {
    const legend = find("legend");
    const shown = !legend.hidden && legend.open ? legend.offsetWidth + 20 : 0;
    return shown < size.width / 2 ? shown : 0;
  }

  function homeView() {
    const room = legendRoom(), pad = 0.92;
    const [x0, y0, spanX, spanY] = data.shown;
    const scale = Math.min(
      ((size.width - room) * pad) / (spanX || spanY || 1), (size.height * pad) / (spanY || spanX || 1));
    return { x: x0 + spanX / 2 - room / 2 / scale, y: y0 + spanY / 2, scale };
  }

  function show(next) {
    const scale = Math.min(Math.max(next.scale, home.scale * FARTHEST), home.scale * CLOSEST);
    view = { x: next.x, y: next.y, scale };
    hideCard();
    redraw();
  }

  function zoom(factor, atX = size.width / 2, atY = size.height / 2) {
    const scale = Math.min(Math.max(view.scale * factor, home.scale * FARTHEST), home.scale * CLOSEST);
    const dataX = view.x + (atX - size.width / 2) / view.scale;
    const dataY = view.y - (atY - size.height / 2) / view.scale;
    isFitted = false;
    show({
      x: dataX - (atX - size.width / 2) / scale,
      y: dataY + (atY - size.height / 2) / scale,
      scale,
    });
  }

  function pan(dx, dy) {
    isFitted = false;
    show({ x: view.x - dx / view.scale, y: view.y + dy / view.scale, scale: view.scale });
  }

  let flight = 0;
  function fly(to, then) {
    cancelAnimationFrame(flight);
    const from = view, began = performance.now();
    const step = (now) => {
      const part = isStill ? 1 : Math.min(1, Math.max(0, (now - began) / 320));
      const eased = 1 - (1 - part) ** 3;
      const scale = from.scale * (to.scale / from.scale) ** eased;
      show({ x: from.x + (to.x - from.x) * eased, y: from.y + (to.y - from.y) * eased, scale });
      if (part < 1) flight = requestAnimationFrame(step);
      else if (then) then();
    };
    step(began);
  }

  function fit() {
    home = homeView();
    isFitted = true;
    fly(home);
  }

  function resize() {
    const box = map.getBoundingClientRect();
    size = { width: box.width, height: box.height, ratio: window.devicePixelRatio || 1 };
    for (const canvas of layers) {
      canvas.width = Math.round(size.width * size.ratio);
      canvas.height = Math.round(size.height * size.ratio);
    }
    home = homeView();
    if (isFitted) view = home;
    hideCard();
    redraw();
  }

  // -- points ----------------------------------------------------------------------------------

  const closeness = () => Math.max(1, view.scale / home.scale);
  const radius = () =>
    Math.max(1.1, 5.4 - 0.8 * Math.log10(Math.max(10, n))) * Math.min(2.5, closeness() ** 0.25);
  const opacity = () => Math.min(0.95, (n > 2000 ? (2000 / n) ** 0.18 : 1) * 0.9 * closeness() ** 0.12);

  function makeSprites() {
    const reach = Math.round(radius() * size.ratio * 8) / 8, side = Math.ceil(2 * reach) + 2;
    const key = `${reach} ${isDark()}`;
    if (key === stamped) return;
    stamped = key;
    sprites = palette().map((color) => {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = side;
      const brush = canvas.getContext("2d");
      brush.fillStyle = color;
      brush.beginPath();
      brush.arc(side / 2, side / 2, reach, 0, 2 * Math.PI);
      brush.fill();
      return canvas;
    });
  }

  let frame = 0;
  function redraw() {
    drawn = 0;
    if (!frame) frame = requestAnimationFrame(drawFrame);
  }

  /** Draw as many points as a frame can bear; what is left comes in the frames after it. */
  function drawFrame(now) {
    frame = 0;
    if (last) share = Math.min(MOST, Math.max(FEWEST, share * (now - last > SLOW ? 0.7 : 1.25)));
    last = now;
    if (drawn === 0) {
      makeSprites();
      ink.setTransform(1, 0, 0, 1, 0, 0);
      ink.clearRect(0, 0, layers[0].width, layers[0].height);
      drawMarks();
      delete map.dataset.drawn;
    }
    const end = Math.min(n, drawn + Math.round(share));
    drawPoints(drawn, end);
    drawn = end;
    if (drawn < n) {
      frame = requestAnimationFrame(drawFrame);
    } else {
      last = 0;
      map.dataset.drawn = String(n);
    }
  }

  function drawPoints(first, end) {
    const { ratio } = size, half = sprites[0].width / 2;
    const scale = view.scale * ratio;
    const dx = (size.width / 2 - view.x * view.scale) * ratio;
    const dy = (size.height / 2 + view.y * view.scale) * ratio;
    const right = layers[0].width + half, bottom = layers[0].height + half;
    const full = opacity(), dim = isHit ? full * 0.18 : full;
    for (let i = first; i < end; i++) {
      const row = order[i], color = colors[row];
      if (!isShown[color]) continue;
      const px = x[row] * scale + dx, py = dy - y[row] * scale;
      if (px < -half || py < -half || px > right || py > bottom) continue;
      ink.globalAlpha = isHit && !isHit[row] ? dim : full;
      ink.drawImage(sprites[color], px - half, py - half);
    }
  }

  function nearest(atX, atY) {
    let best = -1, least = NEAR * NEAR;
    const reach = NEAR / view.scale;
    const dataX = view.x + (atX - size.width / 2) / view.scale;
    const dataY = view.y - (atY - size.height / 2) / view.scale;
    for (let row = 0; row < n; row++) {
      const dx = x[row] - dataX, dy = y[row] - dataY;
      if (dx > reach || dx < -reach || dy > reach || dy < -reach || !isShown[colors[row]]) continue;
      const far = (dx * dx + dy * dy) * view.scale * view.scale;
      if (far < least) {
        least = far;
        best = row;
      }
    }
    return best;
  }

  // -- labels, rings, axes ---------------------------------------------------------------------

  function drawMarks() {
    map.dataset.view = `${view.x} ${view.y} ${view.scale}`;
    over.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
    over.clearRect(0, 0, size.width, size.height);
    drawAxes();
    if (hits.length <= RINGED) for (const row of hits) ring(row, radius() + 2, 1);
    drawLabels();
    if (hovered >= 0) ring(hovered, radius() + 3, 1.5);
    if (pinned >= 0) ring(pinned, radius() + 5, 2);
  }

  function ring(row, reach, line) {
    if (!isShown[colors[row]]) return;
    over.beginPath();
    over.arc(toX(x[row]), toY(y[row]), reach, 0, 2 * Math.PI);
    over.strokeStyle = paint.halo;
    over.lineWidth = line + 2;
    over.stroke();
    over.strokeStyle = paint.ink;
    over.lineWidth = line;
    over.stroke();
  }

  function write(text, atX, atY, color) {
    over.lineJoin = "round";
    over.lineWidth = 4;
    over.strokeStyle = paint.halo;
    over.strokeText(text, atX, atY);
    over.fillStyle = color;
    over.fillText(text, atX, atY);
  }

  function drawLabels() {
    const taken = [];
    over.textAlign = "center";
    over.textBaseline = "middle";
    for (const [atX, atY, text, isStrong] of data.labels) {
      over.font = `${isStrong ? 600 : 400} ${isStrong ? 15 : 12}px ${paint.font}`;
      const px = toX(atX), spot = toY(atY), half = over.measureText(text).width / 2 + 4;
      if (px < 0 || spot < 0 || px > size.width || spot > size.height) continue;
      const py = [spot, spot - 14, spot + 14, spot - 26, spot + 26].find((y) => !taken.some(
        (box) => px - half < box[2] && px + half > box[0] && y - 10 < box[3] && y + 10 > box[1]));
      if (py === undefined) continue;
      taken.push([px - half, py - 10, px + half, py + 10]);
      write(text, px, py, paint.ink);
    }
    if (data.names) nameItems(taken);
  }

  /** Name the items that find room, the first ones before others; more when zoomed in. */
  function nameItems(taken) {
    const tried = new Set(), reach = radius() + 3;
    over.font = `400 12px ${paint.font}`;
    over.textAlign = "left";
    for (let row = 0; row < n && tried.size < NAMED; row++) {
      const px = toX(x[row]), py = toY(y[row]);
      if (!isShown[colors[row]] || px < 0 || py < 0 || px > size.width || py > size.height) continue;
      const across = Math.floor(x[row] * view.scale / CELL[0]);
      const cell = 1e6 * across + Math.floor(y[row] * view.scale / CELL[1]);
      if (tried.has(cell)) continue;
      tried.add(cell);
      const item = data.items[row];
      const text = item.length > NAME ? `${item.slice(0, NAME - 1)}…` : item;
      const wide = over.measureText(text).width;
      const left = [px + reach, px - reach - wide].find((start) => start > 0
        && start + wide < size.width && !taken.some((box) => start - 4 < box[2]
        && start + wide + 4 > box[0] && py - 9 < box[3] && py + 9 > box[1]));
      if (left === undefined) continue;
      taken.push([left - 4, py - 9, left + wide + 4, py + 9]);
      write(text, left, py, paint.ink);
    }
  }

  function drawAxes() {
    if (data.axes.length < 2) return;
    over.font = `12px ${paint.font}`;
    over.textAlign = "center";
    over.textBaseline = "middle";
    write(`${data.axes[0]} →`, size.width / 2, size.height - 12, paint.muted);
    over.save();
    over.translate(size.width - 12, size.height / 2);
    over.rotate(-Math.PI / 2);
    write(`${data.axes[1]} →`, 0, 0, paint.muted);
    over.restore();
  }

  // -- card ------------------------------------------------------------------------------------

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text; // never as HTML: items are any text
    return made;
  }

  function showCard(row) {
    card.replaceChildren();
    const item = element("div", "item", data.items[row]);
    item.dir = "auto";
    card.append(item);
    const legend = data.legend;
    if (legend && legend.kind === "category") {
      const line = element("div", "category");
      const dot = element("span", "dot");
      dot.style.setProperty("--dot", palette()[colors[row]]);
      const named = legend.rows.find((entry) => entry[0] === colors[row]);
      line.append(dot, element("span", "", named ? named[1] : "missing"));
      card.append(line);
    }
    const list = element("dl");
    for (const column of columns) {
      const value = valueOf(column, row);
      if (value === null) continue;
      const said = element("dd", "", value);
      said.dir = "auto";
      list.append(element("dt", "", column.name), said);
    }
    if (list.childElementCount) card.append(list);
    card.hidden = false;
    card.classList.toggle("pinned", row === pinned);
    const px = toX(x[row]), py = toY(y[row]), gap = 14;
    const wide = card.offsetWidth, high = card.offsetHeight;
    const atX = px + gap + wide < size.width ? px + gap : px - gap - wide;
    const atY = Math.min(Math.max(6, py - high / 2), size.height - high - 6);
    card.style.left = `${Math.max(6, atX)}px`;
    card.style.top = `${Math.max(6, atY)}px`;
  }

  function hideCard() {
    hovered = -1;
    if (pinned < 0) card.hidden = true;
    else if (isShown[colors[pinned]]) showCard(pinned);
  }

  function point(row) {
    if (row === hovered) return;
    hovered = row;
    map.classList.toggle("pointing", row >= 0);
    drawMarks();
    if (row >= 0) showCard(row);
    else hideCard();
  }

  function pin(row) {
    pinned = row;
    hovered = -1;
    drawMarks();
    if (row >= 0) showCard(row);
    else card.hidden = true;
  }

  // -- pointer and keys ------------------------------------------------------------------------

  const held = new Map();
  let moved = 0, pinch = 0;

  const placeOf = (event) => {
    const box = map.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const apart = () => {
    const [a, b] = [...held.values()];
    return Math.hypot(a.x - b.x, a.y - b.y);
  };

  map.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    cancelAnimationFrame(flight);
    held.set(event.pointerId, placeOf(event));
    map.setPointerCapture(event.pointerId);
    moved = 0;
    if (held.size === 2) pinch = apart();
  });

  map.addEventListener("pointermove", (event) => {
    const at = placeOf(event), before = held.get(event.pointerId);
    if (!before) {
      if (event.pointerType !== "touch") point(nearest(at.x, at.y));
      return;
    }
    held.set(event.pointerId, at);
    moved += Math.abs(at.x - before.x) + Math.abs(at.y - before.y);
    if (held.size === 2) {
      const now = apart(), [a, b] = [...held.values()];
      if (pinch > 0) zoom(now / pinch, (a.x + b.x) / 2, (a.y + b.y) / 2);
      pinch = now;
    } else if (moved > 3) {
      map.classList.add("dragged");
      pan(at.x - before.x, at.y - before.y);
    }
  });

  const release = (event) => {
    if (!held.delete(event.pointerId)) return;
    map.classList.remove("dragged");
    if (event.type === "pointerup" && moved <= 3) {
      const at = placeOf(event);
      pin(nearest(at.x, at.y));
    }
  };
  map.addEventListener("pointerup", release);
  map.addEventListener("pointercancel", release);
  map.addEventListener("pointerleave", () => point(-1));
  map.addEventListener("dblclick", (event) => {
    const at = placeOf(event);
    zoom(2, at.x, at.y);
  });
  map.addEventListener("wheel", (event) => {
    event.preventDefault();
    cancelAnimationFrame(flight);
    const at = placeOf(event), unit = event.deltaMode === 1 ? 33 : event.deltaMode === 2 ? 400 : 1;
    zoom(Math.exp(-event.deltaY * unit * 0.0015), at.x, at.y);
  }, { passive: false });

  const KEYS = {
    ArrowLeft: () => pan(60, 0), ArrowRight: () => pan(-60, 0),
    ArrowUp: () => pan(0, 60), ArrowDown: () => pan(0, -60),
    "+": () => zoom(1.3), "=": () => zoom(1.3), "-": () => zoom(1 / 1.3), 0: fit, f: fit, Home: fit,
  };
  map.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof HTMLInputElement;
    if (event.key === "/" && !isTyping) {
      event.preventDefault();
      query.focus();
    } else if (event.key === "Escape") {
      if (query.value) clearSearch();
      else pin(-1);
      map.focus();
    }
  });

  // -- search ----------------------------------------------------------------------------------

  let lowered = null;
  function search() {
    const asked = query.value.trim().toLowerCase();
    lowered = lowered || data.items.map((item) => item.toLowerCase());
    hits = [];
    hit = -1;
    if (asked) for (let row = 0; row < n; row++) if (lowered[row].includes(asked)) hits.push(row);
    const rank = (row) => (lowered[row] === asked ? 0 : lowered[row].startsWith(asked) ? 1 : 2);
    hits.sort((a, b) => rank(a) - rank(b) || a - b);
    isHit = asked ? new Uint8Array(n) : null;
    for (const row of hits) isHit[row] = 1;
    listHits(asked);
    redraw();
  }

  function listHits(asked) {
    find("found-card").hidden = !asked;
    find("found").hidden = false;
    find("found-count").textContent =
      hits.length === 0 ? "No item found" : `${hits.length.toLocaleString("en")} of ${n.toLocaleString("en")} items`;
    find("found").replaceChildren(...hits.slice(0, LISTED).map((row, at) => {
      const button = element("button", "", data.items[row]);
      button.type = "button";
      button.dir = "auto";
      button.addEventListener("click", () => visit(at));
      const line = element("li");
      line.append(button);
      return line;
    }));
  }

  function visit(at) {
    if (!hits.length) return;
    hit = (at + hits.length) % hits.length;
    const row = hits[hit];
    find("found").hidden = true; // the map is what counts now; typing shows the list again
    find("found-count").textContent =
      `${(hit + 1).toLocaleString("en")} of ${hits.length.toLocaleString("en")} found`;
    isFitted = false;
    pinned = -1;
    isShown[colors[row]] = true;
    showPressed();
    const scale = Math.max(view.scale, home.scale * 6);
    fly({ x: x[row], y: y[row], scale }, () => pin(row));
  }

  function clearSearch() {
    query.value = "";
    search();
  }

  query.addEventListener("input", search);
  query.addEventListener("focus", () => (find("found").hidden = false));
  query.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    visit(hit + (event.shiftKey ? -1 : 1));
  });
  find("search").addEventListener("submit", (event) => event.preventDefault());

  // -- legend ----------------------------------------------------------------------------------

  function showPressed() {
    for (const button of find("legend-rows").querySelectorAll("button[data-code]")) {
      const code = Number(button.dataset.code);
      button.setAttribute("aria-pressed", String(isShown[code]));
      button.querySelector(".dot").style.setProperty("--dot", palette()[code]);
    }
  }

  function solo(code) {
    const isAlone = isShown.every((shown, other) => shown === (other === code));
    isShown.forEach((_, other) => (isShown[other] = isAlone || other === code));
    afterFilter();
  }

  function afterFilter() {
    showPressed();
    if (pinned >= 0 && !isShown[colors[pinned]]) pin(-1);
    redraw();
  }

  function categoryRows(legend) {
    return legend.rows.map(([code, name, count]) => {
      const button = element("button");
      button.type = "button";
      button.dataset.code = String(code);
      button.title = "Click hides or shows, double-click or Shift shows only this one";
      const label = element("span", "name", name);
      label.dir = "auto";
      button.append(element("span", "dot"), label, element("span", "count", count.toLocaleString("en")));
      button.addEventListener("click", (event) => {
        if (event.shiftKey) return solo(code);
        isShown[code] = !isShown[code];
        afterFilter();
      });
      button.addEventListener("dblclick", () => solo(code));
      return button;
    });
  }

  function rampRows(legend) {
    const bar = element("div", "ramp");
    bar.id = "ramp";
    const ends = element("div", "ends");
    ends.append(element("span", "", legend.low), element("span", "", legend.high));
    const last = legend.steps - 1;
    const sliders = ["From", "To"].map((name, k) => {
      const label = element("label", "", name), slider = element("input");
      Object.assign(slider, { type: "range", min: 0, max: last, value: k * last });
      slider.setAttribute("aria-label", `${name} a share of ${legend.title}`);
      slider.addEventListener("input", () => {
        const [from, to] = [...find("legend-rows").querySelectorAll("input")].map((s) => Number(s.value));
        const isWhole = from <= 0 && to >= last;
        isShown.forEach((_, code) => {
          isShown[code] = code < legend.steps ? code >= from && code <= to : isWhole;
        });
        afterFilter();
      });
      label.append(slider);
      return label;
    });
    return [bar, ends, ...sliders];
  }

  function fillLegend() {
    const legend = data.legend;
    if (!legend) return;
    find("legend").hidden = false;
    find("legend-title").textContent = legend.title;
    find("legend-note").textContent = legend.note;
    find("legend-rows").replaceChildren(
      ...(legend.kind === "category" ? categoryRows(legend) : rampRows(legend)));
  }

  // -- theme, buttons --------------------------------------------------------------------------

  function restyle() {
    readPaint();
    find("theme").textContent = isDark() ? "Light" : "Dark";
    showPressed();
    const bar = find("ramp");
    if (bar) bar.style.background = `linear-gradient(to right, ${palette().slice(0, data.legend.steps).join(",")})`;
    redraw();
  }

  find("theme").addEventListener("click", () => {
    theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    restyle();
  });
  find("fit").addEventListener("click", fit);
  find("closer").addEventListener("click", () => zoom(1.5));
  find("farther").addEventListener("click", () => zoom(1 / 1.5));
  find("copy-methods").addEventListener("click", async () => {
    const text = find("methods").textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      getSelection().selectAllChildren(find("methods")); // a file may not reach the clipboard
      document.execCommand("copy");
    }
    find("copy-methods").textContent = "Copied";
  });
  find("legend").addEventListener("toggle", resize);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", restyle);
  new ResizeObserver(resize).observe(map);

  fillLegend();
  resize();
  restyle();
})();
