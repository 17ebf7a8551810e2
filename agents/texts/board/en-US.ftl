### What Americans read otherwise; all else is en.ftl.

-service-centre = service center
remedy-LOANER = A loaner vehicle
topic-LOANER = A loaner vehicle
