using FieldNode.Core.Ports;
using FieldNode.Core.Screens;

namespace FieldNode.Device
{
    /// <summary>A panel whose exceptions are swallowed, so that it cannot stop the program. For safe mode, where the failing part is
    /// unknown.</summary>
    internal sealed class GuardedPanel : IPanel
    {
        private readonly IPanel _panel;

        public GuardedPanel(IPanel panel)
        {
            _panel = panel;
        }

        public void Show(Screen screen)
        {
            try
            {
                _panel.Show(screen);
            }
            catch (System.Exception)
            {
                // Buzzer and lamp still confirm.
            }
        }
    }
}
