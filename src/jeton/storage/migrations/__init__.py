"""Steps of the schema, one branch per owner of tables; each only ever goes forward."""
