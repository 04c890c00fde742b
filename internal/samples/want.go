package samples

// Grid is what the month must come to, worked out by hand from the mails above
// and the rule book: unit, punctuality, version in force, and the figures
// 户数/企业养老/工伤/失业/合计.
var Grid = []string{
	"市本级 missing v0 0/0/0/0/0",
	"禹州市 on_time v2 35/122/98/76/152",
	"长葛市 on_time v1 28/85/91/64/102",
	"魏都区 on_time v1 19/66/58/41/165",
	"建安区 on_time v2 12/60/47/33/140",
	"鄢陵县 on_time v1 8/40/36/22/44",
	"襄城县 late v1 0/15/0/9/18",
}

// Totals are the sums of Grid: 户数, 企业养老, 工伤, 失业, 合计人数.
var Totals = []string{"102", "388", "330", "245", "621"}
