"""Reports one can stand behind: frozen figures with their samples, intervals and texts, and files of them."""
