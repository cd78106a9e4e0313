"""What documents say: HTML, PDF, DOCX, EPUB and Markdown files as passages of text."""
