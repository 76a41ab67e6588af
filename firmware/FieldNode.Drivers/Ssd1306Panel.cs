#nullable disable // no screen is set at first, and the device build disables nullable references
using FieldNode.Core.Ports;
using FieldNode.Core.Screens;

namespace FieldNode.Drivers
{
    /// <summary>
    /// A 128 × 64 OLED with an SSD1306 or SH1106. Sends only changed runs of pixels, in the page addressing that both controllers support
    /// (SSD1306 data sheet, 10.1.3; SH1106 data sheet, "Page address" and "Column address"). One step paints the screen and each following
    /// step sends one page, so that no step delays a scan. A panel that is missing or drops out is retried every five seconds and then gets
    /// the whole screen. If its bus hangs, which blocks the platform for a second per transfer, it is retried once a minute. Stepped from
    /// the main loop.
    /// </summary>
    public sealed class Ssd1306Panel : IPanel
    {
        /// <summary>Columns left of the glass: none on an SSD1306.</summary>
        public const int Ssd1306Offset = 0;

        /// <summary>The SH1106 has 132 columns; the glass shows 128 of them, from the third on.</summary>
        public const int Sh1106Offset = 2;

        private const byte Commands = 0x00;
        private const byte Pixels = 0x40;
        private const byte SetAddressing = 0x20;
        private const byte PageAddressing = 0x02;
        private const byte SetPage = 0xB0;
        private const byte SetColumnLow = 0x00;
        private const byte SetColumnHigh = 0x10;

        // Overhead of a separate run, in bytes: two addresses, a command and its control byte.
        private const int GapMax = 7;

        private const uint RetryMs = 5000;
        private const uint RetryHangingMs = 60000;
        private const uint HangMs = 500;

        private readonly IOledBus _bus;
        private readonly ScreenPainter _painter;
        private readonly int _columnOffset;
        private readonly Canvas _canvas = new Canvas();
        private readonly byte[] _shown = new byte[Canvas.Width * Canvas.Pages];
        private readonly byte[] _bytes = new byte[1 + Canvas.Width];

        private Screen _screen;   // to be painted next
        private bool _mustPaint;
        private int _page;        // to be sent next
        private int _pagesLeft;   // that may differ from the glass
        private bool _knowsShown;
        private bool _hasPainted; // in the last step
        private bool _hasFailed;
        private bool _isHanging;  // the failed transfer took long
        private bool _isTimed;    // _isHanging has been determined
        private uint _failedAt;

        /// <param name="columnOffset"><see cref="Ssd1306Offset"/> or <see cref="Sh1106Offset"/>.</param>
        public Ssd1306Panel(IOledBus bus, ScreenPainter painter, int columnOffset)
        {
            _bus = bus;
            _painter = painter;
            _columnOffset = columnOffset;
        }

        /// <summary>True if the last transfer reached the panel.</summary>
        public bool IsPresent { get; private set; }

        /// <summary>True if there is something left to paint or send.</summary>
        public bool IsBusy { get { return _mustPaint || _pagesLeft > 0; } }

        /// <summary>Sets the screen. The next step paints its state at that time.</summary>
        public void Show(Screen screen)
        {
            _screen = screen;
            _mustPaint = true;
        }

        public void Step(uint now)
        {
            if (_hasFailed && !_isTimed)
            {
                _isTimed = true;
                _isHanging = now - _failedAt >= HangMs;
            }

            if (_mustPaint && !_hasPainted)
            {
                _mustPaint = false;
                _hasPainted = true; // alternate with sending, so that constant changes do not block it
                _painter.Paint(_screen, _canvas);
                _pagesLeft = Canvas.Pages;
                return;
            }

            _hasPainted = false;
            bool mayTry = !_hasFailed || now - _failedAt >= (_isHanging ? RetryHangingMs : RetryMs);
            if (_pagesLeft > 0 && mayTry)
            {
                Send(now);
            }
        }

        private void Send(uint now)
        {
            IsPresent = (IsPresent || Begin()) && SendPage(_page);
            _hasFailed = !IsPresent;
            if (_hasFailed)
            {
                _isTimed = false;
                _failedAt = now;
                _pagesLeft = Canvas.Pages;
                return;
            }

            _page = (_page + 1) % Canvas.Pages;
            _pagesLeft--;
            _knowsShown |= _pagesLeft == 0;
        }

        // After power-on the controller's memory is random.
        private bool Begin()
        {
            _knowsShown = false;
            return _bus.Start() && (_columnOffset == Sh1106Offset || SetPageAddressing());
        }

        // The initialization leaves an SSD1306 in horizontal addressing; an SH1106 supports only page addressing.
        private bool SetPageAddressing()
        {
            _bytes[0] = Commands;
            _bytes[1] = SetAddressing;
            _bytes[2] = PageAddressing;
            return _bus.Write(_bytes, 3);
        }

        private bool SendPage(int page)
        {
            int end = (page + 1) * Canvas.Width;
            int first = NextChange(page * Canvas.Width, end);
            while (first < end)
            {
                int last = first;
                int next = NextChange(first + 1, end);
                while (next < end && next - last <= GapMax)
                {
                    last = next;
                    next = NextChange(last + 1, end);
                }

                if (!SendRun(page, first, last - first + 1))
                {
                    return false;
                }

                first = next;
            }

            return true;
        }

        private int NextChange(int at, int end)
        {
            if (!_knowsShown)
            {
                return at;
            }

            byte[] wanted = _canvas.Bytes;
            byte[] shown = _shown;
            while (at < end && wanted[at] == shown[at])
            {
                at++;
            }

            return at;
        }

        private bool SendRun(int page, int first, int count)
        {
            int column = first - page * Canvas.Width + _columnOffset;
            _bytes[0] = Commands;
            _bytes[1] = (byte)(SetPage | page);
            _bytes[2] = (byte)(SetColumnLow | (column & 0x0F));
            _bytes[3] = (byte)(SetColumnHigh | column >> 4);
            if (!_bus.Write(_bytes, 4))
            {
                return false;
            }

            _bytes[0] = Pixels;
            System.Array.Copy(_canvas.Bytes, first, _bytes, 1, count);
            System.Array.Copy(_canvas.Bytes, first, _shown, first, count);
            return _bus.Write(_bytes, 1 + count);
        }
    }
}
