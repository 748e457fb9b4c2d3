import pytest
pytestmark=pytest.mark.browser
@pytest.mark.parametrize("i", range(25))
def test_sign(new_reader, server, i):
    who = server.newcomer(f"Podpis {i}", "en")
    server.study.cards(who); server.study.attempt(who)
    r = new_reader(who, "en")
    r.go("/assessment")
    r.press("Go on to the commitment")
    r.send_nothing("Sign and get the certificate")
    r.agree()
    r.press("Sign and get the certificate")
    n = server.study.enrolment(who).certificate_no
    if n is None:
        print("URL", r.page.url, "TEXT", r.main())
        import time; time.sleep(3)
        print("LATER", server.study.enrolment(who).certificate_no, r.main())
    assert n
