"""The demo renderer: pictures drawn by Pillow that read the prompt, with no model behind them."""
