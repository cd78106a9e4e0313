"""The mathematics: similarity, neighbors, analogies, faithfulness; free of files and windows."""
