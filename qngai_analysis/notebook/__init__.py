"""What a statistician writes in a notebook: ``import qngai_analysis as qn`` brings these names.

Thin over the library. Every function takes and gives pandas DataFrames on the printed scale (a share is
57.1, its ``unit`` "%"), every table and chart speaks the notebook's language and carries its origin.
"""
