using FieldNode.Core.Ports;
using FieldNode.Core.Screens;

namespace FieldNode.Device
{
    /// <summary>A panel that must not fail the program: what it throws is swallowed. For safe mode, in which nobody knows what
    /// fails.</summary>
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
                // Sound and lamp still tell what was confirmed.
            }
        }
    }
}
