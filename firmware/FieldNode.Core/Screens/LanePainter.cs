using FieldNode.Core.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Screens
{
    /// <summary>
    /// The lane as it stands. The head line: lane, link, records not uploaded, battery, clock, or what is wrong. The group's digits are 41
    /// pixels high. Beside them: queue or place, done or what is in the place or bag, and the tube's end or the category in an inverted box.
    /// </summary>
    internal sealed class LanePainter
    {
        private const int GroupScaleX = 3;
        private const int GroupScaleY = 4;
        private const int Column = 56;
        private const int BagColumn = 51;
        private const int HalfColumn = 64;
        private const int TubeColumn = 80;
        private const int TubeCharacters = 6;
        private const int Gap = 4;

        private byte _language;

        public void Paint(Screen screen, Canvas canvas, byte language)
        {
            _language = language;
            PaintHeadLine(screen, canvas);
            switch (screen.Kind)
            {
                case ScreenKind.Ready:
                    PaintReady(screen, canvas);
                    break;
                case ScreenKind.Bag:
                    PaintBag(screen, canvas);
                    break;
                default:
                    PaintGroup(screen, canvas);
                    break;
            }
        }

        private string Of(int word)
        {
            return ScreenWords.Of(word, _language);
        }

        private void PaintReady(Screen screen, Canvas canvas)
        {
            PaintPair(canvas, ScreenWords.Queue, screen.Queue, 0, 2);
            PaintPair(canvas, ScreenWords.Done, screen.Done, HalfColumn, 2);
            if (screen.PlaceKind != 0 || HasTags(screen))
            {
                PaintPlace(screen, canvas, 0, 4);
                PaintTags(screen, canvas, HalfColumn, 4);
            }
            else if (screen.Pace > 0)
            {
                int x = canvas.DrawNumber(screen.Pace, 0, 4);
                PaintPerHour(canvas, x, 4);
                PaintWait(screen, canvas, HalfColumn, 4);
            }

            PaintBar(canvas, Of(ScreenWords.ScanTube));
        }

        // What to do next, over the whole width.
        private static void PaintBar(Canvas canvas, string words)
        {
            int x = (Canvas.Width - Canvas.TextWidth(words)) / 2;
            canvas.DrawText(words, x < 0 ? 0 : x, 6);
            canvas.Invert(6, 2);
        }

        private void PaintBag(Screen screen, Canvas canvas)
        {
            PaintTwoDigits(canvas, screen.BagTubes);
            canvas.DrawText(Of(ScreenWords.Tubes), BagColumn, 2);
            int x = canvas.DrawText(Of(ScreenWords.Bag), BagColumn, 4);
            canvas.DrawBytes(screen.Code, screen.CodeCount, x + Gap, 4);
            PaintPair(canvas, ScreenWords.People, screen.BagPeople, BagColumn, 6);
        }

        private static int PaintTwoDigits(Canvas canvas, uint number)
        {
            int x = number < 10 ? 12 : 0;
            x = number >= 10 ? canvas.DrawLarge((char)('0' + number / 10 % 10), x, 0, GroupScaleX, GroupScaleY) : x;
            return canvas.DrawLarge((char)('0' + number % 10), x, 0, GroupScaleX, GroupScaleY);
        }

        private void PaintGroup(Screen screen, Canvas canvas)
        {
            PaintTwoDigits(canvas, (uint)screen.Group);
            int x = canvas.DrawChar('/', 50, 6);
            canvas.DrawNumber((uint)screen.GroupSize, x, 6);
            if (screen.Kind == ScreenKind.Confirmed && screen.Advice != RosterAdvice.None)
            {
                PaintAdvice(screen, canvas);
            }
            else if (screen.PlaceKind != 0)
            {
                PaintPlace(screen, canvas, Column, 2);
            }
            else
            {
                PaintPair(canvas, ScreenWords.Queue, screen.Queue, Column, 2);
            }

            if (screen.PlaceKind != 0)
            {
                x = canvas.DrawText(Of(ScreenWords.Here), Column, 4);
                x = canvas.DrawNumber(screen.PlacePeople, x + Gap, 4);
                if (screen.BagOpen)
                {
                    canvas.DrawText(Of(ScreenWords.Bag), x + Gap, 4);
                }
            }
            else if (screen.BagOpen)
            {
                PaintPair(canvas, ScreenWords.Bag, screen.BagTubes, Column, 4);
            }
            else
            {
                PaintPair(canvas, ScreenWords.Done, screen.Done, Column, 4);
            }

            if (HasTags(screen))
            {
                PaintTags(screen, canvas, TubeColumn, 6);
            }
            else if (screen.Kind == ScreenKind.Lane)
            {
                canvas.DrawBytes(screen.Code, screen.CodeCount, TubeColumn, 6);
            }
        }

        private void PaintAdvice(Screen screen, Canvas canvas)
        {
            if (screen.Advice == RosterAdvice.HouseholdMissing)
            {
                PaintPair(canvas, ScreenWords.Missing, (uint)screen.Missing, Column, 2);
                return;
            }

            bool isListed = screen.Advice == RosterAdvice.HouseholdDone;
            int end = canvas.DrawText(Of(isListed ? ScreenWords.HomeComplete : ScreenWords.NotListed), Column, 2);
            if (!isListed)
            {
                canvas.Invert(Column, end - Column, 2, 2);
            }
        }

        private int PaintPair(Canvas canvas, int word, uint number, int x, int page)
        {
            return canvas.DrawNumber(number, canvas.DrawText(Of(word), x, page) + Gap, page);
        }

        private void PaintPlace(Screen screen, Canvas canvas, int x, int page)
        {
            if (screen.PlaceKind != 0)
            {
                x = canvas.DrawText(Of(screen.PlaceKind == PlaceOpened.Home ? ScreenWords.Home : ScreenWords.Stop), x, page) + Gap;
                int most = _language == ScreenWords.Chinese ? TubeCharacters : 4;
                int skip = screen.PlaceCodeCount > most ? screen.PlaceCodeCount - most : 0;
                for (int i = skip; i < screen.PlaceCodeCount; i++)
                {
                    x = canvas.DrawChar((char)screen.PlaceCode[i], x, page);
                }
            }
        }

        private static bool HasTags(Screen screen)
        {
            return screen.Category != Category.General || screen.NextCategory != LaneState.NoCategory;
        }

        // The category in a box; one for the next person only says so.
        private void PaintTags(Screen screen, Canvas canvas, int x, int page)
        {
            if (!HasTags(screen))
            {
                return;
            }

            int left = x;
            bool isOnce = screen.NextCategory != LaneState.NoCategory;
            x = isOnce ? canvas.DrawChar('1', x, page) : x;
            x = canvas.DrawText(ScreenWords.OfCategory(isOnce ? screen.NextCategory : screen.Category, _language), x, page);
            canvas.Invert(left, (x < Canvas.Width ? x : Canvas.Width) - left, page, 2);
        }

        // Character by character: on the device a literal would be a new object each time.
        internal static void PaintPerHour(Canvas canvas, int x, int page)
        {
            canvas.DrawChar('h', canvas.DrawChar('/', x, page), page);
        }

        private void PaintWait(Screen screen, Canvas canvas, int x, int page)
        {
            if (screen.WaitMinutes >= 0)
            {
                x = PaintPair(canvas, ScreenWords.Wait, (uint)screen.WaitMinutes, x, page);
                canvas.DrawChar('\'', x, page);
            }
        }

        // One line for what matters most now: the person just confirmed, trouble, else how the node stands.
        private void PaintHeadLine(Screen screen, Canvas canvas)
        {
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

        // From the right edge; returns where they begin.
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

        // As much of the name as there is room for; in training and in safe mode that is said instead.
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

        // What does not work is told before what works.
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
