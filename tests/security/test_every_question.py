"""Every question of the bank in every language, frame by frame: no key and no explanation before the submit."""

from browsing import plain
from looking import signed_in
from serving import Server
from wire import connected

from words import LANGUAGES


def test_no_frame_of_any_question_tells_more_than_the_question(server: Server) -> None:
    """Failed attempts draw what was not drawn before, so that some of them meet the whole bank."""
    read, unread = 0, {(name, language) for name in server.course.questions for language in LANGUAGES}
    for language in LANGUAGES:
        learner = server.newcomer("Rámec Úplný", language)
        server.study.cards(learner, language)
        cookie = f"kodex={signed_in(server, learner.person)}; kodex-language={language}"
        while any(wanted == language for _, wanted in unread):
            attempt = server.study.begin(learner, language).attempt
            assert attempt is not None
            with connected(server.url, cookie) as wire:
                for question_id, _ in attempt.questions:
                    asked = server.course.questions[question_id]
                    wire.frames.clear()
                    wire.visit("assessment")
                    held = wire.held()
                    assert plain(asked.text(language).situation) in held
                    for each in LANGUAGES:
                        told = [plain(option.explanation) for option in asked.text(each).options]
                        assert [text for text in told if text in held] == []
                    read += sum(len(frame) for frame in wire.frames)
                    unread.discard((question_id, language))
                    server.study.answer(learner, question_id, right=False, language=language)
    questions = len(server.course.questions) * len(LANGUAGES)
    print(f"{questions} questions, {read} bytes of frames: 0 bytes of key or explanation")  # noqa: T201
