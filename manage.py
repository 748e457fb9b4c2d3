"""The operator's commands, as they are started."""

if __name__ == "__main__":
    # Not above: the processes that verify beside this one read this file once more, and need no command.
    from commands.application import main

    main()
