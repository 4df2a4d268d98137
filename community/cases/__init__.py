"""Cases: words on a named desk with a due time, until their author was told and says whether it helped."""
