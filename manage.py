"""Entry point of the operator's commands."""

if __name__ == "__main__":
    # Imported here: worker processes import this file again, and need no commands.
    from commands.application import main

    main()
