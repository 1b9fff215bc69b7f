// Names of units, for `style: "unit"`: large, so loaded where a source has that option.

import { want } from "fnhost:intl/core";

want("units");
