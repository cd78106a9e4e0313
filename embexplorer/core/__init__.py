"""The words every layer shares: types, parameters, errors and progress; numpy and pyarrow only."""
