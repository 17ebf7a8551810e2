### What Americans read otherwise than in en.ftl, and only that.

contact-phone = You can call { $name } at { $contact }.
