// Images, fonts and other files that the page shows: swapped where they stand.
