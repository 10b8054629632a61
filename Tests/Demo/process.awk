# Makes up a table of a factory, the same in every awk: -v rows=3400 -v seed=1 -v day=1 -v moved=0
#
# Written as such tables are: semicolons, decimals behind a comma, gaps as nothing, NA and -999. A part is defect when the press runs
# far from its best temperature, or when machine M3 shakes. `moved` moves temperatures and the best one alike.

# Park and Miller's generator: whole numbers that a double holds exactly.
function uniform() { state = (state * 16807) % 2147483647; return state / 2147483647 }
function normal(  i, sum) { for (i = 0; i < 12; i++) sum += uniform(); return sum - 6 }
function shown(value,  text) {
  if (uniform() < 0.05) { gaps++; return gaps % 3 == 0 ? "" : gaps % 3 == 1 ? "NA" : "-999" }
  text = sprintf("%.3f", value); sub(/\./, ",", text); return text
}

BEGIN {
  state = seed * 7919 + 1
  print "row_id;batch_id;timestamp;machine;temperature;pressure;vibration;sensor_1;sensor_2;sensor_3;line;defect"
  for (row = 0; row < rows; row++) {
    machine = "M" (1 + int(uniform() * 4))
    temperature = 180 + moved + 10 * normal(); pressure = 4.2 + 0.5 * normal(); vibration = normal(); vibration *= vibration
    # A material that is pressed hotter has its best temperature there.
    far = (temperature - 180 - moved) / 10; if (far < 0) far = -far
    score = far + (machine == "M3" ? 1.2 * vibration : 0) + 0.5 * (pressure - 4.2) + 0.25 * normal()
    printf "%d;B%04d;2026-%02d-%02dT%02d:%02d:00;%s;%s;%s;%s;%s;%s;%s;L1;%s\n", row + 1, day * 1000 + row / 8, 1 + day, \
      1 + row / 144, (row / 6) % 24, row * 10 % 60, machine, shown(temperature), shown(pressure), shown(vibration), \
      shown(normal()), shown(normal()), shown(normal()), (score > 2.15 ? "yes" : "no")
  }
}
