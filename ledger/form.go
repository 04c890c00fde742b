package ledger

// Form (表样) is the shape of a ledger: its title, what it asks for, and every
// word by which people write it. The words are data: another form is another
// configuration (rule book §1, §2).
type Form struct {
	ID       string
	Title    string // as printed
	Task     string // the row the form is about, 全民参保计划攻坚行动
	Measures []Measure
	// Total names the measure that the Parts make up, and the bounds that hold
	// between them: max(parts) ≤ total ≤ sum(parts).
	Total string
	Parts []string
	// Count names the measure that counts enterprises (户数).
	Count string
	// OneColumn are the header words of the printed single column, whose bare
	// number is the Total and whose sentence states several measures.
	OneColumn []string
	Words     FormWords
	Phrases   FormPhrases
}

// FormPhrases are the words in which letters, workbooks and bulletins speak of
// what the form counts. Nothing that is read depends on them.
type FormPhrases struct {
	Added   string // what the numbers say: 新增参保 (新增参保情况, 累计新增参保)
	Counted string // before the count: 新增参保企业 (新增参保企业35户)
	Parts   string // what each of the parts is called: 险种
	Stock   string // what targets and baselines count: 参保人数 (上年末参保人数)
	Overlap string // why the total may be less than the sum of the parts; may be empty
	Annex   string // where the form is printed: 附件2; may be empty
	Targets string // where the targets are printed: 附件1; may be empty
}

// Measure (指标) is a number a Form asks for: a whole number ≥ 0.
type Measure struct {
	Key      string
	Name     string   // as a person reads it: 企业养老
	Unit     string   // 人, 户 or 个
	Words    []string // header words it goes by, besides Name
	Optional bool     // not part of a complete ledger
}

// FormWords are the words that a reader of this form must know. Spaces, line
// breaks, brackets and full-width forms are ignored when they are compared.
type FormWords struct {
	Campaign   []string // landmark: one of these in title, task or file name
	Rivals     []string // another campaign or insurance in its place: no ledger of ours
	TaskColumn []string // 工作任务
	WordColumn []string // 主要工作措施, 工作推进情况, 好的做法
	UnitLabel  []string // 填报单位, 报送单位 …
	Officer    []string // 负责人
	Liaison    []string // 联络员
	FilledOn   []string // 填报时间
	Affixes    []string // stripped from header cells before comparison: 新增, 参保, 人数 …
	Foreign    []string // numeric columns that are never a measure of ours
	Question   []string // looks like ours and is not: held with a question
	Ignored    []string // 序号, 备注 …
	Monthly    []string // 本月, 当月
	Cumulative []string // 累计, 本年累计
	Earlier    []string // 上年, 去年, 上月: comparison columns
	TotalRow   []string // 合计, 总计, 小计
	Roster     []string // landmarks of Annex 3
	Targets    []string // landmarks of Annex 1
}

// Measure returns the measure with the key, or nil.
func (f *Form) Measure(key string) *Measure {
	for i := range f.Measures {
		if f.Measures[i].Key == key {
			return &f.Measures[i]
		}
	}
	return nil
}

// MeasureName returns the name of the measure with the key, "" for none.
func (f *Form) MeasureName(key string) string {
	if m := f.Measure(key); m != nil {
		return m.Name
	}
	return ""
}

// Keys returns the measure keys in the form's order.
func (f *Form) Keys() []string {
	keys := make([]string, len(f.Measures))
	for i, m := range f.Measures {
		keys[i] = m.Key
	}
	return keys
}
