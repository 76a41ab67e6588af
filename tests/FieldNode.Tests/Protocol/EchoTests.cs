using System.Security.Cryptography;
using FieldNode.Protocol;

namespace FieldNode.Tests.Protocol;

/// <summary>An answer fits only its own request: a recorded one, or one to another request, is refused.</summary>
public sealed class EchoTests
{
    private const ulong Node = 0x1122334455667788;

    [Fact]
    public void A_claims_answer_of_another_exchange_is_none()
    {
        var (request, other) = (Claim(), Claim());
        var answer = new byte[ClaimMessage.AnswerBytes];
        ClaimMessage.WriteAnswer(answer, request, RandomNumberGenerator.GetBytes(ClaimMessage.NonceBytes), []);

        Assert.True(ClaimMessage.IsAnswerTo(request, answer, answer.Length));
        Assert.False(ClaimMessage.IsAnswerTo(other, answer, answer.Length));
        Assert.All(Flipped(answer, ClaimMessage.IsAnswerTo, request), at => Assert.Fail($"byte {at} is not checked"));
    }

    [Fact]
    public void A_rosters_answer_to_another_question_is_none()
    {
        var (request, other) = (Roster(), Roster());
        var answer = new byte[RosterMessage.AnswerBytesMax];
        var tagged = RosterMessage.WriteAnswer(answer, request, new RosterTable(), 0, 0, HmacTags.Instance, new byte[32],
            RandomNumberGenerator.GetBytes(RosterMessage.SaltBytes));

        Assert.True(RosterMessage.IsAnswerTo(request, answer, tagged + RosterMessage.TagBytes));
        Assert.False(RosterMessage.IsAnswerTo(other, answer, tagged + RosterMessage.TagBytes));
    }

    [Fact]
    public void Secrets_are_compared_to_their_last_byte()
    {
        var tag = RandomNumberGenerator.GetBytes(ClaimMessage.TagBytes);
        for (var at = 0; at < tag.Length; at++)
        {
            byte[] other = [.. tag];
            other[at] ^= 0x80;
            Assert.False(Text.SameSecret(tag, 0, other, 0, tag.Length), $"byte {at} is not compared");
            Assert.False(Text.Same(tag, 0, other, 0, tag.Length), $"byte {at} is not compared");
        }

        Assert.True(Text.SameSecret(tag, 0, [.. tag], 0, tag.Length));
    }

    // Positions where a wrong byte is not noticed, among those that identify the answer: 4 of the format, 8 of the node, 8 of the echo.
    private static List<int> Flipped(byte[] answer, Func<byte[], byte[], int, bool> isAnswer, byte[] request)
    {
        return [.. Enumerable.Range(0, 12).Concat(Enumerable.Range(28, ClaimMessage.EchoBytes)).Where(at =>
        {
            byte[] wrong = [.. answer];
            wrong[at] ^= 1;
            return isAnswer(request, wrong, wrong.Length);
        })];
    }

    private static byte[] Claim()
    {
        var request = new byte[ClaimMessage.RequestBytes];
        ClaimMessage.WriteRequest(request, 1, Node, RandomNumberGenerator.GetBytes(ClaimMessage.NonceBytes));
        RandomNumberGenerator.Fill(request.AsSpan(ClaimMessage.RequestTagged));
        return request;
    }

    private static byte[] Roster()
    {
        var request = new byte[RosterMessage.RequestBytes];
        RosterMessage.WriteRequest(request, 1, Node, 1, 0);
        RandomNumberGenerator.Fill(request.AsSpan(RosterMessage.RequestTagged));
        return request;
    }
}
