using FieldNode.Protocol.Records;

namespace FieldNode.Core.Screens
{
    /// <summary>Paints a step just taken, with a tick, or a step that the lane asks for, with a question mark and the next action in a bar
    /// at the bottom.</summary>
    internal sealed class StepPainter
    {
        private const int MarkWidth = 20;
        private const int Gap = 4;

        private byte _language;

        /// <summary>Paints a screen of the kinds handled here; false if it is of another kind.</summary>
        public bool TryPaint(Screen screen, Canvas canvas, byte language)
        {
            _language = language;
            switch (screen.Kind)
            {
                case ScreenKind.Ask:
                    PaintAsk(screen, canvas);
                    return true;
                case ScreenKind.Mode:
                    PaintMode(screen, canvas);
                    return true;
                case ScreenKind.PlaceOpened:
                case ScreenKind.PlaceClosed:
                    PaintPlace(screen, canvas);
                    return true;
                case ScreenKind.Sealed:
                case ScreenKind.HandedOver:
                    PaintBags(screen, canvas);
                    return true;
                case ScreenKind.TurnedAway:
                    PaintTick(canvas, Of(ScreenWords.OfTurnedAway(screen.Value)));
                    canvas.DrawBytes(screen.Code, screen.CodeCount, 0, 6);
                    return true;
                case ScreenKind.Called:
                    PaintCalled(screen, canvas);
                    return true;
                case ScreenKind.Score:
                    PaintScore(screen, canvas);
                    return true;
                case ScreenKind.Pace:
                    PaintPace(screen, canvas);
                    return true;
                default:
                    return false;
            }
        }

        private string Of(int word)
        {
            return ScreenWords.Word(word, _language);
        }

        private static void PaintTick(Canvas canvas, string words)
        {
            ScreenPainter.PaintMark(canvas, ScreenPainter.CheckMark, words);
        }

        private int PaintPair(Canvas canvas, int word, uint number, int x, int page)
        {
            return canvas.DrawNumber(number, canvas.DrawText(Of(word), x, page) + Gap, page);
        }

        private void PaintAsk(Screen screen, Canvas canvas)
        {
            canvas.DrawLarge('?', 0, 0, 2, 2);
            int bar = ScreenWords.ScanAgain;
            switch (screen.Asked)
            {
                case Asked.CategoryAgain:
                    PaintBig(canvas, ScreenWords.OfCategory((int)screen.AskedValue, _language), MarkWidth + Gap, 1);
                    break;
                case Asked.PersonAgain:
                    canvas.DrawBytes(screen.Code, screen.CodeCount, MarkWidth + Gap, 1);
                    canvas.DrawText(Of(ScreenWords.AlreadySampled), 0, 4);
                    bar = ScreenWords.AgainSamples;
                    break;
                case Asked.TubeAgain:
                    canvas.DrawBytes(screen.Code, screen.CodeCount, MarkWidth + Gap, 1);
                    canvas.DrawText(Of(ScreenWords.NotOurTube), 0, 4);
                    bar = ScreenWords.AgainPacks;
                    break;
                case Asked.SealAgain:
                    PaintPair(canvas, ScreenWords.Tubes, screen.BagTubes, MarkWidth + Gap, 0);
                    LanePainter.PaintUnknownMark(canvas, PaintPair(canvas, ScreenWords.Swabs, screen.BagPeople, MarkWidth + Gap, 2),
                        screen, 2);
                    LanePainter.PaintUnknownMark(canvas, PaintPair(canvas, ScreenWords.People, screen.BagPeople, MarkWidth + Gap, 4),
                        screen, 4);
                    bar = ScreenWords.AgainSeals;
                    break;
                case Asked.ReceiverBadge:
                    PaintPair(canvas, ScreenWords.Bag, screen.Bags, MarkWidth + Gap, 1);
                    PaintPair(canvas, ScreenWords.Tubes, screen.BagTubes, 0, 4);
                    bar = ScreenWords.ReceiverBadge;
                    break;
                default:
                    PaintBig(canvas, Of(ScreenWords.OfTurnedAway((int)screen.AskedValue)), MarkWidth + Gap, 1);
                    bar = ScreenWords.ScanPerson;
                    break;
            }

            LanePainter.PaintBar(canvas, Of(bar));
        }

        // The tick and the mode above, its new value below, as large as it fits.
        private void PaintMode(Screen screen, Canvas canvas)
        {
            canvas.DrawLarge(ScreenPainter.CheckMark, 0, 0, 2, 2);
            canvas.DrawText(Of(WordOf(screen)), 40, 1);
            switch (screen.Mode)
            {
                case ModeSet.Category:
                case ModeSet.NextCategory:
                    PaintBig(canvas, ScreenWords.OfCategory(screen.Value, _language), 0, 4);
                    break;
                case ModeSet.LaneKind:
                case ModeSet.Training:
                    PaintBig(canvas, ">>>", 0, 4);
                    break;
                case 0:
                    canvas.DrawBytes(screen.Note, screen.NoteCount, 0, 5);
                    break;
                default:
                    PaintBigNumber(canvas, screen.Value, 0, 4);
                    break;
            }
        }

        // Double size if there is room.
        private static void PaintBig(Canvas canvas, string words, int x, int page)
        {
            if (x + Canvas.TextWidth(words) * 2 > Canvas.Width)
            {
                canvas.DrawText(words, x, page + 1);
                return;
            }

            for (int i = 0; i < words.Length; i++)
            {
                x = canvas.DrawLarge(words[i], x, page, 2, 2);
            }
        }

        private static void PaintBigNumber(Canvas canvas, int value, int x, int page)
        {
            int divisor = 1;
            while (value / divisor >= 10)
            {
                divisor *= 10;
            }

            for (; divisor > 0; divisor /= 10)
            {
                x = canvas.DrawLarge((char)('0' + value / divisor % 10), x, page, 2, 2);
            }
        }

        private static int WordOf(Screen screen)
        {
            switch (screen.Mode)
            {
                case ModeSet.GroupSize: return ScreenWords.Size;
                case ModeSet.Category: return ScreenWords.CategoryWord;
                case ModeSet.NextCategory: return ScreenWords.NextPerson;
                case ModeSet.Round: return ScreenWords.Round;
                case ModeSet.Shift: return ScreenWords.Shift;
                case ModeSet.Target: return ScreenWords.Target;
                case ModeSet.Training: return ScreenWords.Training;
                case ModeSet.LaneKind: return screen.Value == ModeSet.LaneGreen ? ScreenWords.LaneGreen : ScreenWords.LaneFixed;
                default: return ScreenWords.Badge;
            }
        }

        private void PaintPlace(Screen screen, Canvas canvas)
        {
            bool isClosed = screen.Kind == ScreenKind.PlaceClosed;
            PaintTick(canvas, Of(isClosed ? ScreenWords.PlaceDone : screen.PlaceKind == PlaceOpened.Home ? ScreenWords.Home
                : ScreenWords.Stop));
            canvas.Invert(4, 2);
            if (isClosed)
            {
                PaintPair(canvas, ScreenWords.People, screen.PlacePeople, 0, 6);
            }
            else
            {
                canvas.DrawBytes(screen.PlaceCode, screen.PlaceCodeCount, 0, 6);
            }

            if (screen.Missing > 0)
            {
                PaintPair(canvas, ScreenWords.Missing, (uint)screen.Missing, 56, 1);
            }
        }

        private void PaintBags(Screen screen, Canvas canvas)
        {
            bool isSealed = screen.Kind == ScreenKind.Sealed;
            PaintTick(canvas, Of(isSealed ? ScreenWords.Sealed : ScreenWords.HandedOver));
            canvas.Invert(4, 2);
            PaintPair(canvas, ScreenWords.Tubes, screen.BagTubes, 44, 1);
            int x = PaintPair(canvas, isSealed ? ScreenWords.People : ScreenWords.Bag, isSealed ? screen.BagPeople : screen.Bags, 0, 6);
            if (isSealed)
            {
                LanePainter.PaintUnknownMark(canvas, x, screen, 6);
            }
        }

        private void PaintCalled(Screen screen, Canvas canvas)
        {
            canvas.DrawText(Of(ScreenWords.NextPeople), 4, 0);
            canvas.Invert(0, 2);
            int x = screen.Value < 10 ? 52 : 40;
            if (screen.Value >= 10)
            {
                x = canvas.DrawLarge((char)('0' + screen.Value / 10 % 10), x, 0, 3, 4);
            }

            canvas.DrawLarge((char)('0' + screen.Value % 10), x, 0, 3, 4);
            canvas.DrawText(">>>", 0, 4);
        }

        private void PaintScore(Screen screen, Canvas canvas)
        {
            canvas.DrawText(Of(ScreenWords.Score), 4, 0);
            canvas.Invert(0, 2);
            PaintPair(canvas, ScreenWords.People, screen.ScorePeople, 0, 2);
            int x = canvas.DrawNumber(screen.ScorePercent, 0, 4);
            x = canvas.DrawChar('%', x, 4);
            canvas.DrawChar(ScreenPainter.CheckMark, x + Gap, 4);
            x = canvas.DrawNumber(screen.ScorePerHour, 64, 4);
            LanePainter.PaintPerHour(canvas, x, 4);
            if (!screen.Training)
            {
                canvas.DrawText(Of(ScreenWords.TrainingOver), 0, 6);
                canvas.Invert(6, 2);
            }
        }

        private void PaintPace(Screen screen, Canvas canvas)
        {
            int x = PaintPair(canvas, ScreenWords.Done, screen.Target > 0 ? (uint)screen.ShiftDone : screen.Done, 0, 0);
            if (screen.Target > 0)
            {
                canvas.DrawNumber((uint)screen.Target, canvas.DrawChar('/', x, 0), 0);
            }

            x = PaintPair(canvas, ScreenWords.Pace, screen.Pace, 0, 2);
            LanePainter.PaintPerHour(canvas, x, 2);
            x = PaintPair(canvas, ScreenWords.Queue, screen.Queue, 0, 4) + 8;
            if (screen.WaitMinutes >= 0)
            {
                x = PaintPair(canvas, ScreenWords.Wait, (uint)screen.WaitMinutes, x, 4);
                canvas.DrawChar('\'', x, 4);
            }

            if (screen.FinishMinute >= 0)
            {
                x = canvas.DrawText(Of(ScreenWords.Finish), 0, 6) + Gap;
                HeadLinePainter.PaintTime(canvas, screen.FinishMinute, x, 6);
                canvas.Invert(6, 2);
            }
        }
    }
}
