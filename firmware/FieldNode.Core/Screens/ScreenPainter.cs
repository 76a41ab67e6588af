namespace FieldNode.Core.Screens
{
    /// <summary>
    /// Turns a screen into pixels. The group's digits are 41 pixels high, below the first line; kinds differ by shape (mark, big word, inverted bar), never by
    /// colour alone.
    /// </summary>
    public sealed class ScreenPainter
    {
        private const int GroupScaleX = 3;
        private const int GroupScaleY = 4;
        private const int RightColumn = 56;
        private const char CheckMark = '✓';
        private const char CrossMark = '✗';

        private byte _language;

        public ScreenPainter(byte language)
        {
            _language = language;
        }

        /// <summary>The card tells the language after the painter was made; from then on it speaks it.</summary>
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
                    PaintMark(canvas, '!', ScreenWords.Of(screen.Message == Protocol.Reply.MessageTubeElsewhere ? ScreenWords.TubeElsewhere : ScreenWords.AlreadySampled, _language));
                    int x = canvas.DrawText(ScreenWords.Of(ScreenWords.LaneWord, _language), 0, 6);
                    canvas.DrawUtf8(screen.Note, screen.NoteCount, x + 4, 6);
                    break;
                case ScreenKind.SelfTest:
                    PaintSelfTest(screen, canvas);
                    break;
                case ScreenKind.Enrol:
                    PaintEnrolment(screen, canvas);
                    break;
                case ScreenKind.CardRead:
                    PaintMark(canvas, CheckMark, ScreenWords.Of(ScreenWords.CardRead, _language));
                    canvas.DrawBytes(screen.Note, screen.NoteCount, 0, 6);
                    break;
                case ScreenKind.Fault:
                    PaintMark(canvas, CrossMark, ScreenWords.Of(FaultWord(screen.LogResult), _language));
                    canvas.DrawText(ScreenWords.Of(ScreenWords.CallTechnician, _language), 0, 6);
                    break;
                default:
                    PaintLane(screen, canvas);
                    break;
            }
        }

        private static void PaintMark(Canvas canvas, char mark, string words)
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

        // Two columns of three parts under the title; the marks stand in line.
        private void PaintSelfTest(Screen screen, Canvas canvas)
        {
            canvas.DrawText(ScreenWords.Of(ScreenWords.SelfTest, _language), 4, 0);
            canvas.Invert(0, 2);
            for (int part = 0; part < Protocol.NodePart.TestedCount; part++)
            {
                int column = part / 3 * 64;
                int page = 2 + part % 3 * 2;
                canvas.DrawChar(MarkOf(screen.Parts[part]), column, page);
                canvas.DrawText(ScreenWords.Of(ScreenWords.FirstPart + part, _language), column + 8, page);
            }
        }

        private static char MarkOf(byte state)
        {
            switch (state)
            {
                case Protocol.PartState.Ok: return CheckMark;
                case Protocol.PartState.Unknown: return '?';
                case Protocol.PartState.Absent: return '-';
                case Protocol.PartState.Low: return '!';
                default: return CrossMark;
            }
        }

        private void PaintEnrolment(Screen screen, Canvas canvas)
        {
            canvas.DrawText(ScreenWords.Of(ScreenWords.NewNode, _language), 4, 0);
            canvas.Invert(0, 2);
            canvas.DrawText(ScreenWords.Of(ScreenWords.ScanCard, _language), 4, 3);
            if (screen.CardParts > 0)
            {
                int x = canvas.DrawNumber((uint)screen.CardPartsRead, 44, 6);
                x = canvas.DrawText(" / ", x, 6);
                canvas.DrawNumber((uint)screen.CardParts, x, 6);
            }
        }

        private void PaintLane(Screen screen, Canvas canvas)
        {
            PaintHeadLine(screen, canvas);
            if (screen.Kind == ScreenKind.Ready)
            {
                canvas.DrawText(ScreenWords.Of(ScreenWords.ScanTube, _language), RightColumn, 6);
            }
            else
            {
                PaintGroup(screen, canvas);
            }

            int x = canvas.DrawText(ScreenWords.Of(ScreenWords.Queue, _language), RightColumn, 2);
            canvas.DrawNumber(screen.Queue, x + 4, 2);
            x = canvas.DrawText(ScreenWords.Of(ScreenWords.Done, _language), RightColumn, 4);
            canvas.DrawNumber(screen.Done, x + 4, 4);
        }

        private static void PaintGroup(Screen screen, Canvas canvas)
        {
            int x = screen.Group < 10 ? 12 : 0;
            if (screen.Group >= 10)
            {
                x = canvas.DrawLarge((char)('0' + screen.Group / 10), x, 0, GroupScaleX, GroupScaleY);
            }

            canvas.DrawLarge((char)('0' + screen.Group % 10), x, 0, GroupScaleX, GroupScaleY);
            x = canvas.DrawChar('/', 50, 6);
            canvas.DrawNumber((uint)screen.GroupSize, x, 6);
            if (screen.Kind == ScreenKind.Lane)
            {
                canvas.DrawBytes(screen.Code, screen.CodeCount, 80, 6);
            }
        }

        // One line for what matters most now: the person just confirmed, trouble, else lane and unsent.
        private void PaintHeadLine(Screen screen, Canvas canvas)
        {
            if (screen.Kind == ScreenKind.Confirmed)
            {
                int x = canvas.DrawChar(CheckMark, 0, 0);
                canvas.DrawBytes(screen.Code, screen.CodeCount, x + 4, 0);
            }
            else if (screen.Kind == ScreenKind.Full)
            {
                int x = canvas.DrawText(ScreenWords.Of(ScreenWords.Full, _language), 24, 0);
                canvas.DrawText(ScreenWords.Of(ScreenWords.Seal, _language), x + 12, 0);
                canvas.Invert(0, 2);
            }
            else if (screen.Kind == ScreenKind.Undone)
            {
                canvas.DrawText(ScreenWords.Of(ScreenWords.Undone, _language), 0, 0);
                canvas.Invert(0, 2);
            }
            else
            {
                PaintStatus(screen, canvas);
            }
        }

        private void PaintStatus(Screen screen, Canvas canvas)
        {
            int x = 0;
            if (screen.Training || screen.SafeMode)
            {
                x = canvas.DrawText(ScreenWords.Of(screen.Training ? ScreenWords.Training : ScreenWords.SafeMode, _language), x, 0) + 4;
            }
            else
            {
                x = canvas.DrawUtf8(screen.Lane, screen.Lane.Length, x, 0) + 4;
            }

            int word = screen.NearlyFull ? ScreenWords.NearlyFull : ScreenWords.HostTrouble(screen.HostState);
            if (word >= 0)
            {
                canvas.DrawText(ScreenWords.Of(word, _language), x, 0);
                canvas.Invert(0, 2);
                return;
            }

            if (screen.TroublePart >= 0)
            {
                PaintTrouble(screen, canvas);
                return;
            }

            x = canvas.DrawText(ScreenWords.Of(ScreenWords.Unsent, _language), x, 0);
            x = canvas.DrawNumber(screen.Unsent, x + 4, 0);
            canvas.DrawChar(screen.LinkUp ? '↑' : '✗', x + 4, 0);
            if (screen.Training || screen.SafeMode)
            {
                canvas.Invert(0, 2);
            }
        }

        // The whole line: what does not work is told before what works.
        private void PaintTrouble(Screen screen, Canvas canvas)
        {
            canvas.Clear(0, 2);
            if (screen.TroubleState == Protocol.PartState.WrongPassword || screen.TroubleState == Protocol.PartState.Low)
            {
                bool isLow = screen.TroubleState == Protocol.PartState.Low;
                canvas.DrawText(ScreenWords.Of(isLow ? ScreenWords.BatteryLow : ScreenWords.WrongPassword, _language), 4, 0);
            }
            else
            {
                int x = canvas.DrawText(ScreenWords.Of(ScreenWords.FirstPart + screen.TroublePart, _language), 4, 0);
                canvas.DrawChar(CrossMark, x + 6, 0);
            }

            canvas.Invert(0, 2);
        }
    }
}
