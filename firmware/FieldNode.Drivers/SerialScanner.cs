using FieldNode.Core.Ports;

namespace FieldNode.Drivers
{
    /// <summary>A barcode scanner on a serial line. When the line fails it is opened again each second; the lane goes on meanwhile.</summary>
    public sealed class SerialScanner : IScanner
    {
        /// <summary>What scanner modules are delivered with.</summary>
        public const int BaudDefault = 9600;

        private const uint ReopenMs = 1000;

        private readonly ISerialLine _line;
        private readonly int _baud;

        private bool _wasTried;
        private uint _triedAt;

        public SerialScanner(ISerialLine line, int baud)
        {
            _line = line;
            _baud = baud;
        }

        /// <summary>The line is open; whether a scanner is at its other end shows only when one sends, or answers as a module.</summary>
        public bool IsOpen { get; private set; }

        public int Read(byte[] buffer, int offset, int count)
        {
            if (!IsOpen && !Reopen())
            {
                return 0;
            }

            int read = _line.Read(buffer, offset, count);
            if (read >= 0)
            {
                return read;
            }

            _line.Close();
            IsOpen = false;
            return 0;
        }

        private bool Reopen()
        {
            uint now = _line.Now;
            if (_wasTried && now - _triedAt < ReopenMs)
            {
                return false;
            }

            _wasTried = true;
            _triedAt = now;
            IsOpen = _line.Open(_baud);
            return IsOpen;
        }
    }
}
