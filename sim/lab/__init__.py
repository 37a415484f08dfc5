"""The policy laboratory: experiments on the rules of issues, by the thousand auctions. Needs the extra `[lab]`."""
