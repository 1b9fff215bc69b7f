// Dates in the form that an old API wants.
async function onTrack(event) {
  const at = moment.utc(event.timestamp);
  return [
    at.format("YYYY-MM-DD HH:mm:ss"),
    at.clone().add(1, "month").endOf("month").unix(),
    moment(event.timestamp).tz("America/New_York").format("LLL z"),
    moment.duration(90, "minutes").humanize(),
  ];
}
