using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Screens
{
    /// <summary>
    /// The current lane, under its head line (<see cref="HeadLinePainter"/>). The digits of the group are 41 pixels high. Beside them: the
    /// queue or the place; the number done, or the number in the place or the bag; and the end of the tube's code, or the category in an
    /// inverted box.
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

        private readonly HeadLinePainter _headLine = new HeadLinePainter();

        private byte _language;

        public void Paint(Screen screen, Canvas canvas, byte language)
        {
            _language = language;
            _headLine.Paint(screen, canvas, language);
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
            return ScreenWords.Word(word, _language);
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

        // The next action, across the whole width.
        internal static void PaintBar(Canvas canvas, string words)
        {
            int x = (Canvas.Width - Canvas.TextWidth(words)) / 2;
            canvas.DrawText(words, x < 0 ? 0 : x, 6);
            canvas.Invert(6, 2);
        }

        private void PaintBag(Screen screen, Canvas canvas)
        {
            if (screen.BagTubes == 0)
            {
                int behind = canvas.DrawText(Of(ScreenWords.Bag), 0, 3);
                canvas.DrawBytes(screen.Code, screen.CodeCount, behind + Gap, 3);
                PaintBar(canvas, Of(ScreenWords.PackTubes));
                return;
            }

            PaintTwoDigits(canvas, screen.BagTubes);
            canvas.DrawText(Of(ScreenWords.Tubes), BagColumn, 2);
            int x = canvas.DrawText(Of(ScreenWords.Bag), BagColumn, 4);
            canvas.DrawBytes(screen.Code, screen.CodeCount, x + Gap, 4);
            PaintUnknownMark(canvas, PaintPair(canvas, ScreenWords.People, screen.BagPeople, BagColumn, 6), screen, 6);
        }

        // A plus sign: tubes of other lanes are in the bag, and their people are not counted.
        internal static void PaintUnknownMark(Canvas canvas, int x, Screen screen, int page)
        {
            if (screen.BagUnknown > 0)
            {
                canvas.DrawChar('+', x, page);
            }
        }

        private static int PaintTwoDigits(Canvas canvas, uint number)
        {
            if (number >= 100)
            {
                int at = canvas.DrawLarge((char)('0' + number / 100 % 10), 0, 0, 2, GroupScaleY);
                at = canvas.DrawLarge((char)('0' + number / 10 % 10), at, 0, 2, GroupScaleY);
                return canvas.DrawLarge((char)('0' + number % 10), at, 0, 2, GroupScaleY);
            }

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

            int word = screen.Advice == RosterAdvice.HouseholdDone ? ScreenWords.HomeComplete : screen.Advice == RosterAdvice.Listed
                ? ScreenWords.Listed : ScreenWords.NotListed;
            int end = canvas.DrawText(Of(word), Column, 2);
            if (word == ScreenWords.NotListed)
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

        // The category in a box, with a 1 before it if it applies to the next person only.
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

        // Character by character: on the device, a literal would allocate a new string each time.
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
    }
}
