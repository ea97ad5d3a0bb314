"""What a sector report is made of: the sector's targets, survey files, published figures, tasks and gaps.

A notebook of a sector asks for them by the functions of ``qngai_analysis.notebook``; ``sectors.toml`` says what each
sector covers.
"""
