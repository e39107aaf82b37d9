"""A queue that serves owners in turn, so that many tasks of one do not hold up the single task of another."""

from collections import OrderedDict, deque


class FairQueue[Item]:
    """Items by owner: owners in turn, the items of each in order. Not safe for threads by itself."""

    def __init__(self) -> None:
        self._owners: OrderedDict[str, deque[Item]] = OrderedDict()

    def __len__(self) -> int:
        return sum(len(items) for items in self._owners.values())

    def put(self, owner: str, item: Item) -> None:
        """Add an item behind the owner's other items."""
        self._owners.setdefault(owner, deque()).append(item)

    def take(self) -> Item:
        """The next item; its owner goes to the end of the row. Raises KeyError when there is none."""
        owner, items = self._owners.popitem(last=False)
        item = items.popleft()
        if items:
            self._owners[owner] = items
        return item
