### What Americans read otherwise than in en.ftl, and only that: all else of en-US is English (a test).

-service-centre = service center
-courtesy-car = loaner vehicle
moment = { $day } at { $full_hour ->
    [yes] { $hour }
   *[no] { $hour }:{ $minute }
}{ $half ->
    [am] {" a.m."}
    [pm] {" p.m."}
   *[none] { "" }
}{ $zone ->
    [none] { "" }
   *[other] { " " }({ $zone })
}
moment-short = { $day } at { $full_hour ->
    [yes] { $hour }
   *[no] { $hour }:{ $minute }
}{ $half ->
    [am] {" a.m."}
    [pm] {" p.m."}
   *[none] { "" }
}
reach = { $phone ->
    [none] { $email ->
        [none] { "" }
       *[other] You can write to { $manager } at { $email }.
    }
   *[other] You can call { $manager } at { $phone }.
}
contacts-site = If you have questions about your visit, you can call { $site } at { $phone }.
clock-time = { $full_hour ->
    [yes] { $hour }
   *[no] { $hour }:{ $minute }
}{ $half ->
    [am] {" a.m."}
    [pm] {" p.m."}
   *[none] { "" }
}
