// Names of currencies, for `currencyDisplay: "name"`: large, so loaded where a source has that option.

import { want } from "fnhost:intl/core";

want("currencies");
