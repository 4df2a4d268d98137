"""Signed-in browsers as rows."""

from community.members import actions, queries, sign_in


class TestBeginSession:
    def test_the_token_brings_the_member_back(self, ana):
        token = actions.begin_session(ana, user_agent="x" * 300)
        member = sign_in.load(token)
        assert member == ana
        assert member.get_id() == token
        assert queries.find_session(token).user_agent == "x" * 200
        assert queries.find_session("other") is None
