"""Everything on one machine: the private environment, local servers, and the processes of `up` and `test`.

Nothing here is needed in production, and nothing here knows an application: it starts commands.
"""
