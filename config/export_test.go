package config

// Parse is Load without the file.
var Parse = parse
