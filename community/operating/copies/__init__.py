"""The file that holds a copy of the whole site: a ZIP of tables, files and a page that says what is in it."""
