"""What any service is: the values it works on, the questions it answers. The services are in `turnup.services`."""
