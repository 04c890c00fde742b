package ods_test

func must(err error) {
	if err != nil {
		panic(err)
	}
}
