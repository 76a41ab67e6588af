using FieldNode.Core.Ports;
using FieldNode.Protocol;

namespace FieldNode.Drivers
{
    /// <summary>
    /// A barcode scanner on a serial line. A failed line is reopened every second while the lane continues. A module that answers questions
    /// is polled periodically to check that it is still there; its answers are filtered out of the scanned data. A plain scanner is
    /// detected only when it scans.
    /// </summary>
    public sealed class SerialScanner : IScanner, IScannerSetup
    {
        /// <summary>The factory setting of scanner modules.</summary>
        public const int BaudDefault = 9600;

        private const uint ReopenMs = 1000;
        private const uint AskAgainMs = 10000;
        private const uint QuietMs = 2000;
        private const uint AnswerMsMax = 500;

        private readonly ISerialLine _line;
        private readonly int _baud;
        private readonly byte[] _held = new byte[ScannerModule.AnswerBytes];

        private bool _wasTried;
        private uint _triedAt;
        private bool _isAsked;
        private uint _askedAt;
        private uint _lastByteAt;
        private int _heldCount;
        private int _unanswered;

        public SerialScanner(ISerialLine line, int baud)
        {
            _line = line;
            _baud = baud;
        }

        /// <summary>True if the line is open. A scanner on it is detected only when it sends, or answers as a module.</summary>
        public bool IsOpen { get; private set; }

        /// <summary>True if the scanner answered as a module before the lane opened.</summary>
        public bool IsModule { get; private set; }

        /// <summary><see cref="PartState"/>; a plain scanner is Unknown until it has scanned.</summary>
        public byte State
        {
            get
            {
                if (!IsOpen || _unanswered > 1)
                {
                    return PartState.Failed;
                }

                return IsModule || HasScanned ? PartState.Ok : PartState.Unknown;
            }
        }

        /// <summary>True if it has sent scanned data since start.</summary>
        public bool HasScanned { get; private set; }

        /// <summary>Checks whether a module answers. Waits up to 0.3 s, so call it only before the lane opens.</summary>
        public void Find()
        {
            if (IsOpen || Reopen())
            {
                IsModule = new ScannerModule(_line).IsPresent();
            }
        }

        public bool SetUp(byte mode)
        {
            ScannerModule module = new ScannerModule(_line);
            _isAsked = false; // a pending poll's answer would be mistaken for a settings answer
            IsModule = IsOpen && module.SetMode(mode) && module.SetTerminator() && module.SetAimPrefix(false) && module.Save();
            return IsModule;
        }

        /// <summary>Polls a silent module to check that it is still there. Never blocks.</summary>
        public void Step()
        {
            uint now = _line.Now;
            if (_isAsked && now - _askedAt >= AnswerMsMax)
            {
                _isAsked = false;
                _unanswered++;
            }

            if (IsModule && IsOpen && !_isAsked && now - _askedAt >= AskAgainMs && now - _lastByteAt >= QuietMs)
            {
                _askedAt = now;
                _isAsked = _line.Write(ScannerModule.Question, ScannerModule.Question.Length);
                _unanswered += _isAsked ? 0 : 1;
            }
        }

        public int Read(byte[] buffer, int offset, int count)
        {
            if (!IsOpen && !Reopen())
            {
                return 0;
            }

            int read = _line.Read(buffer, offset + _heldCount, count - _heldCount);
            if (read < 0)
            {
                _line.Close();
                IsOpen = false;
                return 0;
            }

            if (read > 0)
            {
                _lastByteAt = _line.Now;
            }

            int taken = _isAsked || _heldCount > 0 ? FilterAnswers(buffer, offset, read) : read;
            HasScanned |= taken > 0;
            return taken;
        }

        // Prepends held bytes, removes an answer, and holds back bytes that may start one.
        private int FilterAnswers(byte[] buffer, int offset, int read)
        {
            System.Array.Copy(_held, 0, buffer, offset, _heldCount);
            int count = _heldCount + read;
            _heldCount = 0;
            for (int at = 0; at < count && _isAsked; at++)
            {
                if (!ScannerModule.MayBeAnswer(buffer, offset + at, count - at))
                {
                    continue;
                }

                int rest = count - at;
                if (rest < ScannerModule.AnswerBytes)
                {
                    System.Array.Copy(buffer, offset + at, _held, 0, rest);
                    _heldCount = rest;
                    return at;
                }

                System.Array.Copy(buffer, offset + at + ScannerModule.AnswerBytes, buffer, offset + at, rest - ScannerModule.AnswerBytes);
                count -= ScannerModule.AnswerBytes;
                _isAsked = false;
                _unanswered = 0;
            }

            return count;
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
            _heldCount = 0;
            IsOpen = _line.Open(_baud);
            return IsOpen;
        }
    }
}
