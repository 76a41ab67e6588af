using FieldNode.Protocol;

namespace FieldNode.Core.Screens
{
    /// <summary>
    /// Renders a screen as pixels. Kinds differ by shape (mark, big word, inverted bar), never by colour alone. <see cref="LanePainter"/>
    /// paints the lane, <see cref="StepPainter"/> a step just taken or asked for, and this class what stops the lane.
    /// </summary>
    public sealed class ScreenPainter
    {
        private const int HeapColumn = 86;

        internal const char CheckMark = '✓';
        internal const char CrossMark = '✗';

        private readonly LanePainter _lane = new LanePainter();
        private readonly StepPainter _step = new StepPainter();

        private byte _language;

        public ScreenPainter(byte language)
        {
            _language = language;
        }

        /// <summary>Sets the language, which the card names after the painter was created.</summary>
        public void Speak(byte language)
        {
            _language = language;
        }

        public void Paint(Screen screen, Canvas canvas)
        {
            canvas.Clear();
            switch (screen.Kind)
            {
                case ScreenKind.Refused:
                    PaintMark(canvas, CrossMark, ScreenWords.OfRefusal(screen.Refusal, _language));
                    canvas.DrawBytes(screen.Code, screen.CodeCount, 0, 6);
                    canvas.Invert(4, 2);
                    break;
                case ScreenKind.Message:
                    PaintMark(canvas, '!', ScreenWords.Word(screen.Message == Reply.MessageTubeElsewhere ? ScreenWords.TubeElsewhere
                        : ScreenWords.AlreadySampled, _language));
                    int x = canvas.DrawText(ScreenWords.Word(ScreenWords.LaneWord, _language), 0, 6);
                    canvas.DrawUtf8(screen.Note, screen.NoteCount, x + 4, 6);
                    break;
                case ScreenKind.SelfTest:
                    PaintSelfTest(screen, canvas);
                    break;
                case ScreenKind.Enrol:
                    PaintEnrolment(screen, canvas);
                    break;
                case ScreenKind.CardRead:
                    PaintMark(canvas, CheckMark, ScreenWords.Word(ScreenWords.CardRead, _language));
                    canvas.DrawBytes(screen.Note, screen.NoteCount, 0, 6);
                    break;
                case ScreenKind.Fault:
                    PaintMark(canvas, CrossMark, ScreenWords.Word(FaultWord(screen.LogResult), _language));
                    canvas.DrawText(ScreenWords.Word(ScreenWords.CallTechnician, _language), 0, 6);
                    break;
                default:
                    if (!_step.TryPaint(screen, canvas, _language))
                    {
                        _lane.Paint(screen, canvas, _language);
                    }

                    break;
            }
        }

        internal static void PaintMark(Canvas canvas, char mark, string words)
        {
            canvas.DrawLarge(mark, 0, 0, 2, 2);
            canvas.DrawText(words, 0, 4);
        }

        private static int FaultWord(byte logResult)
        {
            switch (logResult)
            {
                case Log.LogResult.OtherNode: return ScreenWords.OtherLog;
                case Log.LogResult.NotALog: return ScreenWords.NotALog;
                case Log.LogResult.NoFlash: return ScreenWords.NoFlash;
                default: return ScreenWords.FlashFault;
            }
        }

        // Two columns of three parts, under the title and the free memory; the marks are aligned.
        private void PaintSelfTest(Screen screen, Canvas canvas)
        {
            canvas.DrawText(ScreenWords.Word(ScreenWords.SelfTest, _language), 4, 0);
            if (screen.HeapKilobytes > 0)
            {
                int x = canvas.DrawNumber((uint)screen.HeapKilobytes, HeapColumn, 0);
                canvas.DrawChar('K', x, 0);
            }

            canvas.Invert(0, 2);
            for (int part = 0; part < NodePart.TestedCount; part++)
            {
                int column = part / 3 * 64;
                int page = 2 + part % 3 * 2;
                canvas.DrawChar(MarkOf(screen.Parts[part]), column, page);
                canvas.DrawText(ScreenWords.Word(ScreenWords.FirstPart + part, _language), column + 8, page);
            }
        }

        private static char MarkOf(byte state)
        {
            switch (state)
            {
                case PartState.Ok: return Glyphs.NarrowCheck;
                case PartState.Unknown: return '?';
                case PartState.Absent: return '-';
                case PartState.Low: return '!';
                default: return Glyphs.NarrowCross;
            }
        }

        private void PaintEnrolment(Screen screen, Canvas canvas)
        {
            canvas.DrawText(ScreenWords.Word(ScreenWords.NewNode, _language), 4, 0);
            canvas.Invert(0, 2);
            canvas.DrawText(ScreenWords.Word(ScreenWords.ScanCard, _language), 4, 3);
            if (screen.CardParts > 0)
            {
                int x = canvas.DrawNumber((uint)screen.CardPartsRead, 44, 6);
                x = canvas.DrawText(" / ", x, 6);
                canvas.DrawNumber((uint)screen.CardParts, x, 6);
            }
        }
    }
}
