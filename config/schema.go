package config

// file is the YAML file as it stands: every key the program knows. Values
// that need more than a type are strings here and are read in build.go, where
// a mistake is reported at their line.
type file struct {
	Campaign struct {
		Name   string `yaml:"name"`
		City   string `yaml:"city"`
		Year   int    `yaml:"year"`
		Notice string `yaml:"notice"`
		First  string `yaml:"first_month"`
		Last   string `yaml:"last_month"`
		Basis  string `yaml:"figures"`
	} `yaml:"campaign"`
	Desk struct {
		Name      string        `yaml:"name"`
		Addresses []fileAddress `yaml:"addresses"`
		Contacts  []struct {
			Matter string `yaml:"matter"`
			Name   string `yaml:"name"`
			Phone  string `yaml:"phone"`
		} `yaml:"contacts"`
	} `yaml:"desk"`
	Bulletin struct {
		Template string `yaml:"template"`
	} `yaml:"bulletin"`
	Mailbox struct {
		User         string     `yaml:"user"`
		Name         string     `yaml:"name"`
		PasswordFile string     `yaml:"password_file"`
		PasswordEnv  string     `yaml:"password_env"`
		IMAP         fileServer `yaml:"imap"`
		SMTP         fileServer `yaml:"smtp"`
		CAFile       string     `yaml:"ca_file"`
		Poll         string     `yaml:"poll"`
		Folders      []string   `yaml:"folders"`
	} `yaml:"mailbox"`
	Sending struct {
		Spacing    string `yaml:"spacing"`
		PerQuarter int    `yaml:"per_quarter"`
		PerDay     int    `yaml:"per_day"`
		Doubt      string `yaml:"doubt"`
		DoubtPolls int    `yaml:"doubt_polls"`
		Answers    struct {
			Every     string `yaml:"every"`
			PerSender int    `yaml:"per_sender"`
			PerDay    int    `yaml:"per_day"`
		} `yaml:"answers"`
	} `yaml:"sending"`
	Schedule struct {
		DueDay      int    `yaml:"due_day"`
		DueHour     int    `yaml:"due_hour"`
		Holiday     string `yaml:"holiday_rule"`
		CutoffDays  int    `yaml:"cutoff_days"`
		CutoffHour  int    `yaml:"cutoff_hour"`
		ClosingDay  int    `yaml:"closing_day"`
		SummaryWait string `yaml:"summary_wait"`
	} `yaml:"schedule"`
	Reminders struct {
		RequestWorkdays int    `yaml:"request_workdays"`
		RequestAt       string `yaml:"request_at"`
		OverdueAt       string `yaml:"overdue_at"`
		OverdueEvery    int    `yaml:"overdue_every"`
		OverdueDays     int    `yaml:"overdue_days"`
		DutyAt          string `yaml:"duty_at"`
		DutyDays        int    `yaml:"duty_days"`
		ReissueAt       string `yaml:"reissue_at"`
	} `yaml:"reminders"`
	Workdays struct {
		Holidays []string `yaml:"holidays"`
		Worked   []string `yaml:"worked"`
	} `yaml:"workdays"`
	Senders struct {
		Trust    string `yaml:"trust"`
		Unsigned string `yaml:"unsigned"`
	} `yaml:"senders"`
	Units         []fileUnit `yaml:"units"`
	TargetChanges []struct {
		From   string                        `yaml:"from"`
		Notice string                        `yaml:"notice"`
		Units  map[string]map[string]float64 `yaml:"units"`
	} `yaml:"target_changes"`
	Form   fileForm `yaml:"form"`
	Limits struct {
		Message  string `yaml:"message"`
		File     string `yaml:"file"`
		Unpacked string `yaml:"unpacked"`
		ReadTime string `yaml:"read_time"`
		Failures int    `yaml:"failures"`
	} `yaml:"limits"`
	Store struct {
		Dir string `yaml:"dir"`
	} `yaml:"store"`
}

type fileAddress struct {
	Name string `yaml:"name"`
	Addr string `yaml:"addr"`
}

type fileServer struct {
	Host string `yaml:"host"`
	Port int    `yaml:"port"`
}

type filePerson struct {
	Name  string `yaml:"name"`
	Post  string `yaml:"post"`
	Phone string `yaml:"phone"`
	Addr  string `yaml:"addr"`
}

type fileUnit struct {
	Name      string   `yaml:"name"`
	Aliases   []string `yaml:"aliases"`
	Offers    []string `yaml:"offers"`
	Addresses []struct {
		Addr     string `yaml:"addr"`
		Unsigned bool   `yaml:"unsigned"`
	} `yaml:"addresses"`
	Officer   filePerson         `yaml:"officer"`
	Liaison   filePerson         `yaml:"liaison"`
	Targets   map[string]float64 `yaml:"targets"`
	Baselines map[string]float64 `yaml:"baselines"`
	// Stocks are 期末参保人数 by month.
	Stocks map[string]map[string]float64 `yaml:"stocks"`
}

type fileForm struct {
	ID        string   `yaml:"id"`
	Title     string   `yaml:"title"`
	Task      string   `yaml:"task"`
	Total     string   `yaml:"total"`
	Parts     []string `yaml:"parts"`
	Count     string   `yaml:"count"`
	OneColumn []string `yaml:"one_column"`
	Measures  []struct {
		Key      string   `yaml:"key"`
		Name     string   `yaml:"name"`
		Unit     string   `yaml:"unit"`
		Optional bool     `yaml:"optional"`
		Words    []string `yaml:"words"`
	} `yaml:"measures"`
	Phrases struct {
		Added   string `yaml:"added"`
		Counted string `yaml:"counted"`
		Parts   string `yaml:"parts"`
		Stock   string `yaml:"stock"`
		Overlap string `yaml:"overlap"`
		Annex   string `yaml:"annex"`
		Targets string `yaml:"targets"`
	} `yaml:"phrases"`
	Words struct {
		Campaign   []string `yaml:"campaign"`
		Rivals     []string `yaml:"rivals"`
		TaskColumn []string `yaml:"task_column"`
		WordColumn []string `yaml:"word_column"`
		UnitLabel  []string `yaml:"unit_label"`
		Officer    []string `yaml:"officer"`
		Liaison    []string `yaml:"liaison"`
		FilledOn   []string `yaml:"filled_on"`
		Affixes    []string `yaml:"affixes"`
		Foreign    []string `yaml:"foreign"`
		Question   []string `yaml:"question"`
		Ignored    []string `yaml:"ignored"`
		Monthly    []string `yaml:"monthly"`
		Cumulative []string `yaml:"cumulative"`
		Earlier    []string `yaml:"earlier"`
		TotalRow   []string `yaml:"total_row"`
		Roster     []string `yaml:"roster"`
		Targets    []string `yaml:"targets"`
	} `yaml:"words"`
}
