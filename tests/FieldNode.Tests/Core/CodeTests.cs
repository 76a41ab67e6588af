using System.Text;
using FieldNode.Core.Settings;
using FieldNode.Core.Scan;
using FieldNode.Protocol.Records;
using FieldNode.Protocol;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

public sealed class CodeTests
{
    [Theory]
    [InlineData("11010519491231002X", CodeKind.ResidentId)] // the example of GB 11643-1999
    [InlineData("11010519491231002x", CodeKind.ResidentId)]
    [InlineData("110105194912310021", CodeKind.WrongCheckDigit)]
    [InlineData("11010519491231002Y", CodeKind.Unknown)]
    [InlineData("ZZ00000001", CodeKind.Tube)]
    [InlineData("123456789", CodeKind.Tube)]
    [InlineData("1234567890", CodeKind.Tube)]
    [InlineData("E12345678", CodeKind.OtherPaper)]
    [InlineData("H1234567890", CodeKind.OtherPaper)]
    [InlineData("FN:UNDO", CodeKind.Card)]
    [InlineData("fn:undo", CodeKind.Card)]
    [InlineData("", CodeKind.Unknown)]
    [InlineData("你好", CodeKind.Unknown)]
    public void A_code_is_recognised(string code, byte kind)
    {
        var bytes = Encoding.UTF8.GetBytes(code);
        var settings = new NodeSettings();

        Assert.Equal(kind, new CodeClassifier(settings.TubeForms, settings.BagForms, settings.PaperForms).Classify(bytes, 0, bytes.Length));
    }

    [Fact]
    public void One_wrong_digit_or_two_neighbours_swapped_never_passes_as_a_resident_id()
    {
        var random = new Random(Seed.Take(nameof(One_wrong_digit_or_two_neighbours_swapped_never_passes_as_a_resident_id)));
        foreach (var id in People.Generate(300, random))
        {
            var bytes = Encoding.ASCII.GetBytes(id);
            for (var i = 0; i < 17; i++)
            {
                for (var digit = (byte)'0'; digit <= '9'; digit++)
                {
                    var wrong = (byte[])bytes.Clone();
                    wrong[i] = digit;
                    Assert.Equal(digit == bytes[i], ResidentId.Judge(wrong, 0, wrong.Length) == ResidentId.Valid);
                }

                if (i < 16 && bytes[i] != bytes[i + 1])
                {
                    var swapped = (byte[])bytes.Clone();
                    (swapped[i], swapped[i + 1]) = (swapped[i + 1], swapped[i]);
                    Assert.NotEqual(ResidentId.Valid, ResidentId.Judge(swapped, 0, swapped.Length));
                }
            }
        }
    }

    [Theory]
    [InlineData("FN:UNDO", Card.Undo, 0)]
    [InlineData("FN:undo", Card.Undo, 0)]
    [InlineData("FN:CLOSE", Card.Close, 0)]
    [InlineData("FN:CLOSE:EMPTY", Card.Close, TubeClosed.QueueEmpty)]
    [InlineData("FN:BATTERY:4015", Card.Battery, 4015)]
    [InlineData("FN:BATTERY:2499", Card.Unknown, 2499)]
    [InlineData("FN:BATTERY:4501", Card.Unknown, 4501)]
    [InlineData("FN:CLOSE:DAMAGED", Card.Close, TubeClosed.TubeDamaged)]
    [InlineData("FN:CLOSE:LUNCH", Card.Unknown, 0)]
    [InlineData("FN:SIZE:5", Card.Mode, 5)]
    [InlineData("FN:SIZE:0", Card.Unknown, 0)]
    [InlineData("FN:SIZE:21", Card.Unknown, 21)]
    [InlineData("FN:ROUND:65535", Card.Mode, 65535)]
    [InlineData("FN:ROUND:65536", Card.Unknown, 65536)]
    [InlineData("FN:ROUND:999999999999", Card.Unknown, 0)]
    [InlineData("FN:TRAINING:ON", Card.Mode, 1)]
    [InlineData("FN:CATEGORY:ELDER", Card.Mode, 1)]
    [InlineData("FN:CATEGORY:KING", Card.Unknown, 0)]
    [InlineData("FN:BADGE:zhang.san", Card.Badge, 0)]
    [InlineData("FN:BADGE:", Card.Unknown, 0)]
    [InlineData("FN:BADGE:12345678901234567", Card.Unknown, 0)]
    [InlineData("FN:ARRIVED:10", Card.Arrived, 10)]
    [InlineData("FN:ARRIVED:100", Card.Unknown, 100)]
    [InlineData("FN:", Card.Unknown, 0)]
    [InlineData("FN::::", Card.Unknown, 0)]
    [InlineData("FN:UNDO:1", Card.Unknown, 0)]
    public void A_card_is_read(string code, byte word, int value)
    {
        var bytes = Encoding.ASCII.GetBytes(code);
        var card = new Card();
        card.Read(bytes, 0, bytes.Length);

        Assert.Equal(word, card.Word);
        if (word != Card.Unknown)
        {
            Assert.Equal(value, card.Value);
        }
    }
}
