using FieldNode.Core.Lane;
using FieldNode.Protocol;

namespace FieldNode.Core.Screens
{
    /// <summary>The first line, for what matters most now: lane, link, unsent records, battery and clock, or what is wrong.</summary>
    internal sealed class HeadLinePainter
    {
        private const int Gap = 4;

        private byte _language;

        /// <summary>Paints the person just confirmed, a full group or an undo; else trouble, or the status of the node.</summary>
        public void Paint(Screen screen, Canvas canvas, byte language)
        {
            _language = language;
            if (screen.Kind == ScreenKind.Confirmed)
            {
                int x = canvas.DrawChar(ScreenPainter.CheckMark, 0, 0);
                canvas.DrawBytes(screen.Code, screen.CodeCount, x + Gap, 0);
            }
            else if (screen.Kind == ScreenKind.Full)
            {
                int x = canvas.DrawText(Of(ScreenWords.Full), 24, 0);
                canvas.DrawText(Of(ScreenWords.Seal), x + 12, 0);
                canvas.Invert(0, 2);
            }
            else if (screen.Kind == ScreenKind.Undone)
            {
                canvas.DrawText(Of(ScreenWords.Undone), 0, 0);
                canvas.Invert(0, 2);
            }
            else
            {
                PaintStatus(screen, canvas);
            }
        }

        private string Of(int word)
        {
            return ScreenWords.Word(word, _language);
        }

        private void PaintStatus(Screen screen, Canvas canvas)
        {
            int word = screen.NearlyFull ? ScreenWords.NearlyFull : ScreenWords.HostTrouble(screen.HostState);
            if (word >= 0 || screen.TroublePart >= 0 || screen.TubeAgeMinutes >= TubeAge.WarnMinutes)
            {
                PaintTrouble(screen, canvas, word);
                canvas.Invert(0, 2);
                return;
            }

            int right = PaintClockAndBattery(screen, canvas);
            right -= 8 * (1 + Digits(screen.Unsent)) + 8 + Gap;
            int x = PaintLaneName(screen, canvas, right - Gap - (screen.Green ? 16 : 0));
            if (screen.Green)
            {
                int sign = x + 2;
                x = canvas.DrawText(Of(ScreenWords.GreenSign), sign, 0);
                canvas.Invert(sign, x - sign, 0, 2);
            }

            x = x > right ? x : right;
            canvas.DrawChar(screen.LinkUp ? Glyphs.LinkUp : Glyphs.LinkDown, x, 0);
            x = canvas.DrawChar('↑', x + 8, 0);
            canvas.DrawNumber(screen.Unsent, x, 0);
            if (screen.Training || screen.SafeMode)
            {
                canvas.Invert(0, 2);
            }
        }

        // Right-aligned; returns the left edge.
        private static int PaintClockAndBattery(Screen screen, Canvas canvas)
        {
            int x = Canvas.Width;
            if (screen.ClockMinute >= 0)
            {
                x -= 40;
                PaintTime(canvas, screen.ClockMinute, x, 0);
            }

            if (screen.BatteryLevel >= 0)
            {
                x -= 8;
                canvas.DrawChar((char)(Glyphs.BatteryEmpty + screen.BatteryLevel), x, 0);
            }

            return x;
        }

        internal static int PaintTime(Canvas canvas, int minute, int x, int page)
        {
            x = PaintTwo(canvas, minute / 60 % 24, x, page);
            x = canvas.DrawChar(':', x, page);
            return PaintTwo(canvas, minute % 60, x, page);
        }

        private static int PaintTwo(Canvas canvas, int value, int x, int page)
        {
            x = canvas.DrawChar((char)('0' + value / 10), x, page);
            return canvas.DrawChar((char)('0' + value % 10), x, page);
        }

        // As much of the lane's name as fits; in training or in safe mode, that word instead.
        private int PaintLaneName(Screen screen, Canvas canvas, int right)
        {
            int x = screen.Training || screen.SafeMode
                ? canvas.DrawText(Of(screen.Training ? ScreenWords.Training : ScreenWords.SafeMode), 0, 0)
                : canvas.DrawUtf8(screen.Lane, screen.Lane.Length, 0, 0);
            if (x > right)
            {
                canvas.Clear(right, x - right, 0, 2);
                x = right;
            }

            return x;
        }

        private static int Digits(uint value)
        {
            int digits = 1;
            for (; value >= 10; value /= 10)
            {
                digits++;
            }

            return digits;
        }

        // Failures are shown before tube ages.
        private void PaintTrouble(Screen screen, Canvas canvas, int word)
        {
            int x = Gap;
            if (word >= 0)
            {
                canvas.DrawText(Of(word), x, 0);
            }
            else if (screen.TroublePart >= 0)
            {
                PaintPart(screen, canvas, x);
            }
            else if (screen.TubeAgeMinutes >= TubeAge.MaxMinutes)
            {
                canvas.DrawText(Of(ScreenWords.TubeTooOld), x, 0);
            }
            else
            {
                x = canvas.DrawText(Of(ScreenWords.TubeAge), x, 0) + Gap;
                PaintTime(canvas, screen.TubeAgeMinutes, x, 0);
            }
        }

        private void PaintPart(Screen screen, Canvas canvas, int x)
        {
            if (screen.TroubleState == PartState.WrongPassword || screen.TroubleState == PartState.Low)
            {
                canvas.DrawText(Of(screen.TroubleState == PartState.Low ? ScreenWords.BatteryLow : ScreenWords.WrongPassword), x, 0);
                return;
            }

            x = canvas.DrawText(Of(ScreenWords.FirstPart + screen.TroublePart), x, 0);
            canvas.DrawChar(ScreenPainter.CrossMark, x + 6, 0);
        }
    }
}
