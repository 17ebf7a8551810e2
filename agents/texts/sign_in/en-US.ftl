### What Americans read otherwise; all else is en.ftl's.

over-text = It may have ended, or a part of it is missing. Open the newest message about your case, or call your service center.
fact-wrong = That is not what we have. Please check, or call your service center.
fact-unknown = We can't ask you anything here: we don't know your vehicle. Please call your service center.
