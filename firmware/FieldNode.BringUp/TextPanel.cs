using FieldNode.Core.Screens;
using FieldNode.Drivers;

namespace FieldNode.BringUp
{
    /// <summary>Shows four lines of text on the panel. Sends the whole screen page by page, in the addressing that both controllers
    /// support. Does nothing if the panel is missing.</summary>
    internal sealed class TextPanel
    {
        private const int Lines = 4;
        private const int PagesPerLine = 2;

        private readonly IOledBus _bus;
        private readonly int _columnOffset;
        private readonly Canvas _canvas = new Canvas();
        private readonly string[] _lines = { "", "", "", "" };
        private readonly byte[] _bytes = new byte[1 + Canvas.Width];

        public TextPanel(IOledBus bus, int columnOffset)
        {
            _bus = bus;
            _columnOffset = columnOffset;
        }

        /// <summary>True if the panel answered during initialization and the last transfer.</summary>
        public bool IsPresent { get; private set; }

        public bool Start()
        {
            _bytes[0] = 0x00;
            _bytes[1] = 0x20; // the SH1106 has only this mode
            _bytes[2] = 0x02;
            IsPresent = _bus.Start() && (_columnOffset != 0 || _bus.Write(_bytes, 3));
            return IsPresent;
        }

        /// <summary>Adds a line at the bottom; the others move up.</summary>
        public void Add(string line)
        {
            for (int i = 1; i < Lines; i++)
            {
                _lines[i - 1] = _lines[i];
            }

            _lines[Lines - 1] = line;
            if (IsPresent)
            {
                Show();
            }
        }

        private void Show()
        {
            _canvas.Clear();
            for (int i = 0; i < Lines; i++)
            {
                _canvas.DrawText(_lines[i], 0, i * PagesPerLine);
            }

            for (int page = 0; page < Canvas.Pages && IsPresent; page++)
            {
                _bytes[0] = 0x00;
                _bytes[1] = (byte)(0xB0 | page);
                _bytes[2] = (byte)(_columnOffset & 0x0F);
                _bytes[3] = (byte)(0x10 | _columnOffset >> 4);
                IsPresent = _bus.Write(_bytes, 4);
                _bytes[0] = 0x40;
                System.Array.Copy(_canvas.Bytes, page * Canvas.Width, _bytes, 1, Canvas.Width);
                IsPresent = IsPresent && _bus.Write(_bytes, _bytes.Length);
            }
        }
    }
}
