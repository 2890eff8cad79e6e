"""Pages, feeds and sitemaps of the web, fetched politely and within bounds."""
