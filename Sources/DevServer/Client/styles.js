// Style sheets that the page shows: swapped without a flash when their file changes.
