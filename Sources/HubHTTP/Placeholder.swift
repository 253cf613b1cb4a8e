enum PlaceholderHubHTTP {}
