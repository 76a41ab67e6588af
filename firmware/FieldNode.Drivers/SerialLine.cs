using System;
using System.IO.Ports;
using System.Threading;

namespace FieldNode.Drivers
{
    /// <summary>A UART of the board. Reads only bytes already received, because the platform's read blocks or throws without consuming
    /// anything when asked for more. Device only.</summary>
    public sealed class SerialLine : ISerialLine
    {
        // Room for one person's two codes and a burst of repeats; the default of 256 lost bytes in the field.
        private const int BufferBytes = 1024;
        private const int TimeoutMs = 200;

        private readonly string _name;

        private SerialPort _port;

        /// <param name="name">COM2 or COM3; COM1 carries the debug link. Map its pins first.</param>
        public SerialLine(string name)
        {
            _name = name;
        }

        public uint Now { get { return (uint)Environment.TickCount64; } }

        public bool Open(int baud)
        {
            try
            {
                _port = new SerialPort(_name, baud);
                _port.ReadBufferSize = BufferBytes;
                _port.ReadTimeout = TimeoutMs; // an overflow may flush bytes already counted as ready; the read must not block
                _port.WriteTimeout = TimeoutMs;
                _port.Open();
                return true;
            }
            catch (Exception)
            {
                Close();
                return false;
            }
        }

        public int Read(byte[] buffer, int offset, int count)
        {
            try
            {
                int ready = _port.BytesToRead;
                return ready == 0 ? 0 : _port.Read(buffer, offset, ready < count ? ready : count);
            }
            catch (Exception)
            {
                return -1;
            }
        }

        public bool Write(byte[] bytes, int count)
        {
            try
            {
                _port.Write(bytes, 0, count);
                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }

        public void Close()
        {
            if (_port != null)
            {
                _port.Dispose();
                _port = null;
            }
        }

        public void Pause(int milliseconds)
        {
            Thread.Sleep(milliseconds);
        }
    }
}
